#include "model/json.h"

#include "tests.h"

#include <stdlib.h>
#include <string.h>

static void test_status_of_texts(void **state) {
    (void)state;
    static const struct {
        const char *text;
        json_status status;
    } cases[] = {
        {"{}", JSON_OK},
        {"[]", JSON_OK},
        {" {\"a\": [1, 2]} \n", JSON_OK},
        {"\"text\"", JSON_OK},
        {"", JSON_MALFORMED},
        {"{", JSON_MALFORMED},
        {"}", JSON_MALFORMED},
        {"{} {}", JSON_MALFORMED},
        {"{}x", JSON_MALFORMED},
        {"[1", JSON_MALFORMED},
        {"{\"a\"}", JSON_MALFORMED},
        {"{\"a\" 1}", JSON_MALFORMED},
        {"{1: 2}", JSON_MALFORMED},
        {"[}", JSON_MALFORMED},
        {"{\"a\": 1 2}", JSON_MALFORMED},
        {"nonsense", JSON_MALFORMED},
        {"\"\\q\"", JSON_MALFORMED},
        {"{\"a\": \"b\" \"c\"}", JSON_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json j;
        json_status status = json_parse(&j, cases[i].text, strlen(cases[i].text));
        if (status != cases[i].status)
            fail_msg("%s: %d instead of %d", cases[i].text, status, cases[i].status);
        if (status == JSON_OK)
            json_free(&j);
    }
}

static void test_strings(void **state) {
    (void)state;
    static const struct {
        const char *text, *value; /* NULL: refused */
    } cases[] = {
        {"\"plain\"", "plain"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u00e9\\u20ac\"", "A\xc3\xa9\xe2\x82\xac"},
        {"\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80"},
        {"\"\\ud83d\"", NULL},
        {"\"\\ude00\"", NULL},
        {"\"\\ud83d\\u0041\"", NULL},
        {"\"\\u0000\"", NULL},
        {"[]", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json j;
        char out[64];
        assert_int_equal(json_parse(&j, cases[i].text, strlen(cases[i].text)), JSON_OK);
        long length = json_string(&j, 0, out);
        if (cases[i].value) {
            assert_string_equal(out, cases[i].value);
            assert_int_equal(length, strlen(cases[i].value));
        } else {
            assert_int_equal(length, -1);
        }
        json_free(&j);
    }
}

static void test_whole_numbers(void **state) {
    (void)state;
    const char text[] = "[0, 18446744073709551615, 18446744073709551616, -1, 1.0, 1e3, true, \"1\"]";
    const bool whole[] = {true, true, false, false, false, false, false, false};
    json j;
    uint64_t value;
    assert_int_equal(json_parse(&j, text, strlen(text)), JSON_OK);
    for (int i = 0; i < 8; i++)
        assert_int_equal(json_uint64(&j, i + 1, &value), whole[i]);
    assert_true(json_uint64(&j, 2, &value));
    assert_true(value == UINT64_MAX);
    json_free(&j);
}

static void test_number_texts(void **state) {
    (void)state;
    static const char *const good[] = {"0", "-1.5", "2e-3", "0.62"}, *const bad[] = {"",   "nan",   "inf", "0x10", " 1",
                                                                                     "1 ", "1e999", "--1", "1,5"};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(json_number_text(good[i], &value));
    assert_true(value == 0.62);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (json_number_text(bad[i], &value))
            fail_msg("\"%s\" passes for a number", bad[i]);
}

static void test_walk_over_keys(void **state) {
    (void)state;
    const char text[] = "{\"a\": {\"x\": [1, {\"y\": 2}]}, \"b\": [], \"c\": \"d\"}";
    const char *const keys[] = {"a", "b", "c"};
    json j;
    size_t n = 0;
    assert_int_equal(json_parse(&j, text, strlen(text)), JSON_OK);
    for (int key = json_first(&j, 0); key; key = json_next_key(&j, 0, key))
        assert_true(json_is(&j, key, keys[n++]));
    assert_int_equal(n, 3);
    json_free(&j);
}

/* 10,000 brackets would overflow the stack of a recursive parser; a million must not take long either. */
static void test_depth(void **state) {
    (void)state;
    const size_t depths[] = {10000, 1000000};
    for (size_t i = 0; i < 2; i++) {
        char *text = malloc(2 * depths[i]);
        memset(text, '[', depths[i]);
        memset(text + depths[i], ']', depths[i]);
        json j;
        json_status status = json_parse(&j, text, 2 * depths[i]);
        assert_int_equal(status, depths[i] > JSON_MAX_TOKENS ? JSON_TOO_MANY_VALUES : JSON_OK);
        if (status == JSON_OK)
            json_free(&j);
        assert_int_equal(json_parse(&j, text, depths[i]),
                         depths[i] > JSON_MAX_TOKENS ? JSON_TOO_MANY_VALUES : JSON_MALFORMED);
        free(text);
    }
}

int json_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_of_texts), cmocka_unit_test(test_strings),
        cmocka_unit_test(test_whole_numbers),   cmocka_unit_test(test_number_texts),
        cmocka_unit_test(test_walk_over_keys),  cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
