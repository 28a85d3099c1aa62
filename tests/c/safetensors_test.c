#include "model/safetensors.h"

#include "fixture_model.h"
#include "tests.h"

#include <stdlib.h>
#include <string.h>

#define TENSOR(dtype, shape, offsets) "{\"dtype\": \"" dtype "\", \"shape\": " shape ", \"data_offsets\": " offsets "}"
#define GOOD TENSOR("F32", "[2]", "[0, 8]")

static void test_headers(void **state) {
    (void)state;
    static const struct {
        const char *header;
        size_t data_nbytes;
        const char *part; /* of the sentence; NULL where the file is good */
    } cases[] = {
        {"{}", 0, NULL},
        {"{\"a\": " GOOD "}   ", 8, NULL},
        {"{\"a\": " GOOD ", \"b\": " TENSOR("I8", "[3]", "[8, 11]") "}", 11, NULL},
        {"{\"b\": " TENSOR("F16", "[]", "[8, 10]") ", \"a\": " GOOD "}", 10, NULL},
        {"{\"a\": " TENSOR("F32", "[0, 7]", "[0, 0]") ", \"b\": " GOOD "}", 8, NULL},
        {"[]", 0, "no JSON object"},
        {"{\"a\": " GOOD "} trailing", 8, "not JSON"},
        {"{\"a\": 5}", 0, "not described by a JSON object"},
        {"{\"a\": " GOOD "}", 9, "9 bytes of tensors"},
        {"{\"a\": " GOOD "}", 7, "outside the file"},
        {"{\"a\": " GOOD ", \"a\": " TENSOR("F32", "[2]", "[8, 16]") "}", 16, "stands twice"},
        {"{\"a\": " GOOD ", \"b\": " TENSOR("F32", "[2]", "[4, 12]") "}", 12, "overlaps"},
        {"{\"a\": " GOOD ", \"b\": " GOOD "}", 8, "overlaps"},
        {"{\"a\": " GOOD ", \"b\": " TENSOR("F32", "[1]", "[12, 16]") "}", 16, "hole"},
        {"{\"a\": " TENSOR("F32", "[2]", "[8, 0]") "}", 8, "outside the file"},
        {"{\"a\": " TENSOR("F32", "[2]", "[0, 9223372036854775808]") "}", 8, "outside the file"},
        {"{\"a\": " TENSOR("F32", "[2]", "[0, 99999999999999999999]") "}", 8, "not two whole numbers"},
        {"{\"a\": " TENSOR("F32", "[2]", "[0, 8, 9]") "}", 8, "not two whole numbers"},
        {"{\"a\": " TENSOR("F32", "[2]", "8") "}", 8, "not two whole numbers"},
        {"{\"a\": " TENSOR("F32", "[3]", "[0, 8]") "}", 8, "do not fit its shape"},
        {"{\"a\": " TENSOR("F32", "[9223372036854775808, 2]", "[0, 8]") "}", 8, "overflows"},
        {"{\"a\": " TENSOR("F32", "[4294967296, 4294967296]", "[0, 0]") "}", 0, "overflows"},
        {"{\"a\": " TENSOR("F32", "[-2]", "[0, 8]") "}", 8, "whole numbers"},
        {"{\"a\": " TENSOR("F32", "[[2]]", "[0, 8]") "}", 8, "whole numbers"},
        {"{\"a\": " TENSOR("F32", "\"2\"", "[0, 8]") "}", 8, "no list"},
        {"{\"a\": " TENSOR("F32", "[1,1,1,1,1,1,1,1,2]", "[0, 8]") "}", 8, "at most 8"},
        {"{\"a\": " TENSOR("Q4", "[2]", "[0, 8]") "}", 8, "dtype"},
        {"{\"a\": " TENSOR("A_VERY_LONG_DTYPE", "[2]", "[0, 8]") "}", 8, "dtype"},
        {"{\"a\": {\"dtype\": 32, \"shape\": [2], \"data_offsets\": [0, 8]}}", 8, "dtype"},
        {"{\"a\": {\"dtype\": \"F32\", \"shape\": [2]}}", 0, "lacks"},
        {"{\"a\": {\"dtype\": \"F32\", \"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}", 8, "twice"},
        {"{\"a\": {\"dtype\": \"F32\", \"colour\": 1}}", 8, "unknown"},
        {"{\"\\ud800\": " GOOD "}", 8, "damaged tensor name"},
        {"{\"__metadata__\": {\"k\": \"v\"}}", 0, NULL},
        {"{\"__metadata__\": {\"k\": 1}}", 0, "something else than strings"},
        {"{\"__metadata__\": {\"k\": {}}}", 0, "something else than strings"},
        {"{\"__metadata__\": []}", 0, "no JSON object"},
        {"{\"__metadata__\": {\"k\": \"v\", \"k\": \"w\"}}", 0, "twice"},
        {"{\"__metadata__\": {}, \"__metadata__\": {}}", 0, "twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        detail why = {.text = ""};
        safetensors s;
        bytes file = fixture_file(cases[i].header, strlen(cases[i].header), cases[i].data_nbytes);
        pneumoscope_status status = safetensors_open(&s, file.data, file.nbytes, &why);
        if (!cases[i].part && status)
            fail_msg("%s: %s", cases[i].header, why.text);
        if (cases[i].part)
            assert_refused(status, PNEUMOSCOPE_BAD_MODEL, why.text, cases[i].part);
        safetensors_close(&s);
        free(file.data);
    }
}

static void test_header_lengths(void **state) {
    (void)state;
    static const uint64_t lengths[] = {3, 1u << 30, (uint64_t)1 << 63, UINT64_MAX, UINT64_MAX - 7};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        detail why;
        safetensors s;
        bytes file = fixture_file("{}", 2, 0);
        for (size_t b = 0; b < 8; b++)
            file.data[b] = (uint8_t)(lengths[i] >> 8 * b);
        assert_refused(safetensors_open(&s, file.data, file.nbytes, &why), PNEUMOSCOPE_BAD_MODEL, why.text,
                       "header of");
        free(file.data);
    }
}

static void test_short_files(void **state) {
    (void)state;
    for (size_t nbytes = 0; nbytes < 10; nbytes++) {
        detail why;
        safetensors s;
        uint8_t *file = calloc(1, nbytes + !nbytes);
        assert_refused(safetensors_open(&s, file, nbytes, &why), PNEUMOSCOPE_BAD_MODEL, why.text, "model file");
        free(file);
    }
}

static void test_nested_10000_deep(void **state) {
    (void)state;
    enum { DEPTH = 10000 };
    static char header[2 * DEPTH + 8];
    memcpy(header, "{\"a\": ", 6);
    memset(header + 6, '[', DEPTH);
    memset(header + 6 + DEPTH, ']', DEPTH);
    header[6 + 2 * DEPTH] = '}';
    detail why;
    safetensors s;
    bytes file = fixture_file(header, 7 + 2 * DEPTH, 0);
    assert_refused(safetensors_open(&s, file.data, file.nbytes, &why), PNEUMOSCOPE_BAD_MODEL, why.text, "JSON object");
    safetensors_close(&s);
    free(file.data);
}

static void test_contents(void **state) {
    (void)state;
    const char header[] = "{\"__metadata__\": {\"a key\": \"a \\\"value\\\"\"}, \"second\": " TENSOR(
        "F16", "[2, 3]", "[8, 20]") ", \"first\": " GOOD "}";
    detail why;
    safetensors s;
    bytes file = fixture_file(header, strlen(header), 20);
    assert_int_equal(safetensors_open(&s, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    const tensor *t = safetensors_find(&s, "second");
    assert_non_null(t);
    assert_string_equal(t->dtype, "F16");
    assert_int_equal(t->ndimensions, 2);
    assert_int_equal(t->shape[1], 3);
    assert_int_equal(t->nelements, 6);
    assert_ptr_equal(t->data, file.data + 8 + strlen(header) + 8);
    assert_null(safetensors_find(&s, "third"));
    safetensors_forget_tensors(&s);
    assert_null(safetensors_find(&s, "second"));
    assert_string_equal(safetensors_metadata(&s, "a key"), "a \"value\"");
    assert_null(safetensors_metadata(&s, "another"));
    safetensors_close(&s);
    free(file.data);
}

int safetensors_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),     cmocka_unit_test(test_header_lengths),
        cmocka_unit_test(test_short_files), cmocka_unit_test(test_nested_10000_deep),
        cmocka_unit_test(test_contents),
    };
    return cmocka_run_group_tests_name("safetensors", tests, NULL, NULL);
}
