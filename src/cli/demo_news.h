/* demo_news.h - what happens in a centre, a line for each thing, for the person at the terminal. */
#ifndef CLI_DEMO_NEWS_H
#define CLI_DEMO_NEWS_H

#include "core/core.h"

/* Prints the event on stdout and flushes, if it is one that people care about; true: it was. */
bool demo_news_print(const struct core *core, const struct event *event);

#endif
