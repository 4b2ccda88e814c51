/* http_llhttp.h - llhttp.h without its names of methods, some of which are ours in http.h. */
#ifndef HTTP_HTTP_LLHTTP_H
#define HTTP_HTTP_LLHTTP_H

#define HTTP_DELETE  LLHTTP_DELETE
#define HTTP_GET     LLHTTP_GET
#define HTTP_HEAD    LLHTTP_HEAD
#define HTTP_OPTIONS LLHTTP_OPTIONS
#define HTTP_POST    LLHTTP_POST
#define HTTP_PUT     LLHTTP_PUT

#include <llhttp.h>

#undef HTTP_DELETE
#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_OPTIONS
#undef HTTP_POST
#undef HTTP_PUT

#endif
