/* body_skip_fields.h - for reading body.def with a BODY macro of one's own and no fields. */
#define TEXT(name)
#define BYTES(name)
#define NUM(name)
#define TIME(name)
#define PICK(enumeration, name)
#define KEY_TEXT(name)
#define KEY_NUM(name)
#define BODY_END(name)
