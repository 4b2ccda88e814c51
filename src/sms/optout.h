/* optout.h - is a customer's text one of the words by which texts are refused, asked for again, or
 * explained? Pure. (CTIA Messaging Principles 5.1.3; the words: doc/decisions 6.) */
#ifndef SMS_OPTOUT_H
#define SMS_OPTOUT_H

#include "core/model/words.h"

/* A keyword counts only if it is alone in the text: letters of any case and width, accents or not, with whatever
 * punctuation, space and pictures around it; between the words of a phrase spaces or hyphens. extra: further
 * opt-out words and phrases, each ended by a line feed (or, as before there were phrases, words separated by
 * spaces). A sentence that may ask for the same is KEYWORD_PERHAPS_STOP: it is a text, and for a person to decide. */
enum keyword optout_keyword(struct str text, struct str extra);

#endif
