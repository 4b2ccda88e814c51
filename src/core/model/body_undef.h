/* body_undef.h - forgets the macros with which body.def was read. Included many times on purpose. */
#undef BODY
#undef TEXT
#undef BYTES
#undef NUM
#undef TIME
#undef PICK
#undef KEY_TEXT
#undef KEY_NUM
#undef FIELDS_SINCE
#undef TEXT_SINCE
#undef BYTES_SINCE
#undef NUM_SINCE
#undef TIME_SINCE
#undef PICK_SINCE
#undef BODY_END
