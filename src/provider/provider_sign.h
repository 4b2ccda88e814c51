/* provider_sign.h - is what was posted to us from the provider? Its signature is an HMAC with a secret that both
 * know. Pure. */
#ifndef PROVIDER_PROVIDER_SIGN_H
#define PROVIDER_PROVIDER_SIGN_H

#include "http/http.h"
#include "provider/provider_format.h"

/* NULL: it is, and new enough. Else why not, for whoever looks after the link. url: to which it was posted, as the
 * provider knows it. */
const char *provider_distrust(const struct provider_format *format, struct str secret,
	struct str url, const struct http_request *request, msec now);

#endif
