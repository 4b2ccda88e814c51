/* check.h - promises that must hold: a broken one stops the process, loudly, in every build. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* For what cannot happen unless our own code is wrong; never for bad input. */
#define CHECK(claim) ((claim) ? (void)0 : check_failed(__FILE__, __LINE__, #claim))

_Noreturn void check_failed(const char *file, int line, const char *claim);

#endif
