/* body_undef.h - forgets the macros with which body.def was read. Included many times on purpose. */
#undef BODY
#undef TEXT
#undef BYTES
#undef NUM
#undef TIME
#undef PICK
#undef KEY_TEXT
#undef KEY_NUM
#undef BODY_END
