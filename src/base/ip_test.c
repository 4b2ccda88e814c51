/* ip_test.c - addresses and blocks, as people and proxies write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/ip.h"

static void test_one_address_is_one_value_however_it_is_written(void **state)
{
	static const struct {
		const char *text, *canonical; /* NULL: none */
	} rows[] = {
		{"192.0.2.1", "192.0.2.1"},
		{"::ffff:192.0.2.1", "192.0.2.1"},
		{"::FFFF:C000:0201", "192.0.2.1"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"::", "::"},
		{"::1", "::1"},
		{"", NULL},
		{"192.0.2", NULL},
		{"192.0.2.256", NULL},
		{"192.0.2.1 ", NULL},
		{"192.0.2.1:80", NULL},
		{"0xC0.0.2.1", NULL},
		{"[::1]", NULL},
		{"fe80::1%eth0", NULL},
		{"localhost", NULL},
		{"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ip ip;
		struct buf text = {0};
		assert_int_equal(ip_read(str_of(rows[i].text), &ip), rows[i].canonical != NULL);
		if (rows[i].canonical)
			ip_put(&text, &ip);
		assert_true(str_is(buf_str(&text), rows[i].canonical ? rows[i].canonical : ""));
		buf_free(&text);
	}
	struct ip ip;
	assert_false(ip_read(STR("1.2.3.4\0"), &ip));
	assert_false(ip_read(STR_NONE, &ip));
}

static void test_a_block_has_what_begins_like_it(void **state)
{
	static const struct {
		const char *block, *ip;
		bool is_in;
	} rows[] = {
		{"10.0.0.0/8", "10.255.255.255", true},
		{"10.0.0.0/8", "11.0.0.0", false},
		{"10.0.0.0/8", "a00::1", false},
		{"10.1.2.3/8", "10.9.9.9", true}, /* what stands behind the prefix does not count */
		{"192.0.2.128/25", "192.0.2.127", false},
		{"192.0.2.128/25", "192.0.2.128", true},
		{"192.0.2.1/31", "192.0.2.0", true},
		{"192.0.2.1/32", "192.0.2.1", true},
		{"192.0.2.1/32", "192.0.2.0", false},
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"0.0.0.0/0", "255.1.1.1", true},
		{"0.0.0.0/0", "::1", false},
		{"::/0", "2001:db8::1", true},
		{"fd00::/8", "fdff::1", true},
		{"fd00::/8", "fe00::1", false},
		{"2001:db8::/63", "2001:db8:0:1::1", true},
		{"2001:db8::/64", "2001:db8:0:1::1", false},
		{"::1/128", "::1", true},
		{"::1", "::2", false},
		{"::ffff:10.0.0.0/104", "10.1.2.3", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ip_block block;
		struct ip ip;
		assert_true(ip_block_read(str_of(rows[i].block), &block));
		assert_true(ip_read(str_of(rows[i].ip), &ip));
		if (ip_is_in(&ip, &block) != rows[i].is_in)
			fail_msg("%s in %s", rows[i].ip, rows[i].block);
	}
}

static void test_what_is_no_block_is_told(void **state)
{
	static const char *const rows[] = {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10/8",
		"10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8", "10.0.0.0/8 ", "proxy.example",
		"unix:"};
	struct ip_block block;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_false(ip_block_read(str_of(rows[i]), &block));
	assert_false(ip_block_read(STR_NONE, &block));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_address_is_one_value_however_it_is_written),
		cmocka_unit_test(test_a_block_has_what_begins_like_it),
		cmocka_unit_test(test_what_is_no_block_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
