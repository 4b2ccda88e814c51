/* docs.h - the documents of the API: what api/write.mjs grew from the tables, inside of the binary. */
#ifndef API_DOCS_H
#define API_DOCS_H

#include "http/http.h"

/* Of docs_files.c, which the build makes of api/: the .yaml as JSON. */
extern const unsigned char openapi_yaml[], asyncapi_yaml[], docs_html[], docs_css[];
extern const size_t openapi_yaml_len, asyncapi_yaml_len, docs_html_len, docs_css_len;

/* The answer to a GET of this path, of constant bytes; false: there is no such document. They need no login
 * (doc/decisions 1): they say how one signs in. */
bool docs_response(struct str path, struct http_response *out);

#endif
