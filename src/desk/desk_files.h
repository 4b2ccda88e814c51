/* desk_files.h - the table that embed_desk.py makes of web/dist. */
#ifndef DESK_DESK_FILES_H
#define DESK_DESK_FILES_H

#include <stdbool.h>

struct desk_file {
	const char *path;   /* NULL ends the table */
	const char *type;   /* Content-Type */
	const char *digest; /* of the content */
	bool is_named_so;   /* the digest is part of the path: never another content there */
	const char *plain, *plain_end;
	const char *gzip, *gzip_end;
};

extern const struct desk_file desk_files[];

#endif
