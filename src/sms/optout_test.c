/* optout_test.c - which texts are keywords, and which only look like it. */
#include "sms/optout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct {
	const char *text, *extra;
	enum keyword keyword;
} rows[] = {
	{"STOP", "", KEYWORD_STOP},
	{"stop", "", KEYWORD_STOP},
	{"Stop.", "", KEYWORD_STOP},
	{"  sToP!!! \r\n", "", KEYWORD_STOP},
	{"\"STOP\"", "", KEYWORD_STOP},
	{"'stop'", "", KEYWORD_STOP},
	{"(stop)", "", KEYWORD_STOP},
	{"¡stop!", "", KEYWORD_STOP},
	{"„stop“…", "", KEYWORD_STOP},
	{"ｓｔｏｐ", "", KEYWORD_STOP},
	{"ＳＴＯＰ！", "", KEYWORD_STOP},
	{"　ＳＴＯＰ。", "", KEYWORD_STOP},
	{"\u200BSTOP\u00A0", "", KEYWORD_STOP},
	{"STOPALL", "", KEYWORD_STOP},
	{"Unsubscribe", "", KEYWORD_STOP},
	{"cancel", "", KEYWORD_STOP},
	{"End.", "", KEYWORD_STOP},
	{"quit", "", KEYWORD_STOP},
	{"revoke", "", KEYWORD_STOP},
	{"optout", "", KEYWORD_STOP},
	{"opt out", "", KEYWORD_STOP},
	{"OPT  OUT.", "", KEYWORD_STOP},
	{"Opt-Out", "", KEYWORD_STOP},
	{"opt - out", "", KEYWORD_STOP},
	{"opt\nout", "", KEYWORD_STOP},
	{"opt\u00A0out", "", KEYWORD_STOP},
	{"opt\u2011out", "", KEYWORD_STOP}, /* a hyphen that does not break */
	{"ＯＰＴ　ＯＵＴ", "", KEYWORD_STOP},
	{"stop all", "", KEYWORD_STOP},
	{"STOP-ALL!", "", KEYWORD_STOP},
	{"STOP 🛑", "", KEYWORD_STOP},
	{"👍 stop", "", KEYWORD_STOP},
	{"STOP ✋🏽", "", KEYWORD_STOP},
	{"stop ❤️", "", KEYWORD_STOP},
	{"S\u0301TOP", "", KEYWORD_STOP},
	{"sto\u200Bp", "", KEYWORD_STOP},
	{"opt🙏out", "", KEYWORD_STOP},
	/* white space, pictures and marks in a word matter no more than around it */
	{"S T O P", "", KEYWORD_STOP},
	{"S.T.O.P.", "", KEYWORD_STOP},
	{"ST.OP", "", KEYWORD_STOP},
	{"s-t-o-p", "", KEYWORD_STOP},
	{"ST🛑OP", "", KEYWORD_STOP},
	{"🛑S🛑T🛑O🛑P🛑", "", KEYWORD_STOP},
	{"STO\nP", "", KEYWORD_STOP},
	{"OPT_OUT", "", KEYWORD_STOP},
	{"opt.out", "", KEYWORD_STOP},
	{"stop_all", "", KEYWORD_STOP},
	{"k o n e c", "ARRET KONEC", KEYWORD_STOP},
	{"no_mas", "NO MÁS\nALTO\n", KEYWORD_STOP},
	{"ne", "N.E.\n", KEYWORD_STOP},
	{"stop", "_\n", KEYWORD_STOP},
	{"arrêt", "ARRET\n", KEYWORD_STOP},
	{"ARRE\u0302T.", "Arrêt\n", KEYWORD_STOP},
	{"no mas", "NO MÁS\nALTO\n", KEYWORD_STOP},
	{"alto!", "NO MÁS\nALTO\n", KEYWORD_STOP},
	{"opt out", "OPT OUT\n", KEYWORD_STOP},
	{"стоп", "СТОП\n", KEYWORD_STOP},
	{"τέλος", "ΤΕΛΟΣ\n", KEYWORD_STOP},
	{"START", "", KEYWORD_START},
	{"unstop", "", KEYWORD_START},
	{"Help?", "", KEYWORD_HELP},
	{"HELP", "HELP", KEYWORD_HELP}, /* a configured word takes no word's meaning away */

	{"", "", KEYWORD_NONE},
	{" !?.", "", KEYWORD_NONE},
	{"STOP 12345", "", KEYWORD_PERHAPS_STOP},
	{"STOP please", "", KEYWORD_PERHAPS_STOP},
	{"please stop", "", KEYWORD_PERHAPS_STOP},
	{"stop stop", "", KEYWORD_PERHAPS_STOP},
	{"Stop. Thank you", "", KEYWORD_PERHAPS_STOP},
	{"I said: don’t text me!", "", KEYWORD_PERHAPS_STOP}, /* a typographer's apostrophe */
	{"Don't text me again", "", KEYWORD_PERHAPS_STOP},
	{"Please take me off your list", "", KEYWORD_PERHAPS_STOP},
	{"non-stop", "", KEYWORD_PERHAPS_STOP},
	{"out", "OPT OUT\n", KEYWORD_NONE},
	{"opt", "OPT OUT\n", KEYWORD_NONE},
	{"🛑", "", KEYWORD_NONE},
	{"I will cancel it", "", KEYWORD_NONE},
	{"end of the month", "", KEYWORD_NONE},
	{"stopp", "", KEYWORD_PERHAPS_STOP},
	{"Please unsuscribe me", "", KEYWORD_PERHAPS_STOP},
	{"no más", "", KEYWORD_PERHAPS_STOP},
	{"un stop", "",
		KEYWORD_PERHAPS_STOP}, /* only who wants texts again has to write it as it is */
	{"st art", "", KEYWORD_NONE},
	{"he.lp", "", KEYWORD_NONE},
	{"S T O P 1", "", KEYWORD_NONE},
	{"STO", "", KEYWORD_NONE},
	{"nonstop", "", KEYWORD_NONE},
	{"1STOP", "", KEYWORD_NONE},
	{"STOP👍", "", KEYWORD_STOP},
	{"éstop", "", KEYWORD_NONE},
	{"STO\xFF", "", KEYWORD_NONE},
	{"opt", "", KEYWORD_NONE},
	{"out", "", KEYWORD_NONE},
	{"opt out of it", "", KEYWORD_PERHAPS_STOP},
	{"stop all of it", "", KEYWORD_PERHAPS_STOP},
	{"call - stop", "", KEYWORD_PERHAPS_STOP},

	{"konec", "", KEYWORD_NONE},
	{"konec", "KONEC", KEYWORD_STOP},
	{"Konec!", "ARRET  KONEC", KEYWORD_STOP},
	{"arrêt", "ARRÊT", KEYWORD_STOP},
	{"СТОП", "стоп", KEYWORD_STOP},
	{"стоп.", "СТОП", KEYWORD_STOP},
	{"zrušit", "ZRUŠIT", KEYWORD_STOP},
	{"ŽÁDNÉ", "žádné", KEYWORD_STOP},
	{"no more", "NO-MORE", KEYWORD_STOP},
	{"no-more", "NO-MORE", KEYWORD_STOP},
	{"konec", "KONECNE", KEYWORD_NONE},
};

static void test_keywords_are_those_of_the_table(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum keyword got = optout_keyword(str_of(rows[i].text), str_of(rows[i].extra));
		if (got != rows[i].keyword)
			fail_msg("\"%s\" with \"%s\" is %s", rows[i].text, rows[i].extra,
				words_name(&keyword_words, got));
	}
}

static void test_a_long_text_of_letters_is_no_keyword(void **state)
{
	char text[66], word[66];
	for (size_t len = 63; len <= 65; len++) {
		memset(text, 'a', len);
		memset(word, 'A', len);
		enum keyword got = optout_keyword(str_from(text, len), str_from(word, len));
		assert_int_equal(got, len <= 64 ? KEYWORD_STOP : KEYWORD_NONE);
	}
}

static void test_much_punctuation_around_a_keyword_is_still_one(void **state)
{
	assert_int_equal(
		optout_keyword(STR("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
				   "!!!!!!!!!!!!!!!!!!!!STOP"),
			STR_NONE),
		KEYWORD_STOP);
	assert_int_equal(
		optout_keyword(STR("STOP!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
				   "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"),
			STR_NONE),
		KEYWORD_STOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keywords_are_those_of_the_table),
		cmocka_unit_test(test_a_long_text_of_letters_is_no_keyword),
		cmocka_unit_test(test_much_punctuation_around_a_keyword_is_still_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
