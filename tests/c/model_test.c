#include "model/model.h"

#include "fixture_model.h"
#include "network/network.h"
#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opens the model and reads every weight, as a reader does. */
static pneumoscope_status load(bytes file, detail *why) {
    model m;
    network *n = NULL;
    pneumoscope_status status = model_open(&m, file.data, file.nbytes, why);
    if (!status)
        status = network_create(&n, &m, &ops_reference, 1, why);
    if (!status)
        status = model_check_all_used(&m, why);
    network_destroy(n);
    model_close(&m);
    return status;
}

/* Each change alone, made to a file of this kind, is answered as its row says. */
static void check_headers(const model_spec *spec, const header_change *cases, size_t ncases) {
    bytes good = fixture_model(spec);
    for (size_t i = 0; i < ncases; i++) {
        detail why = {.text = ""};
        bytes file = fixture_replaced(good, cases[i].find, cases[i].replacement);
        pneumoscope_status status = load(file, &why);
        if (cases[i].status)
            assert_refused(status, cases[i].status, why.text, cases[i].part);
        else if (status)
            fail_msg("%s: %s", cases[i].replacement, why.text);
        free(file.data);
    }
    free(good.data);
}

static void test_damaged_headers(void **state) {
    (void)state;
    static const header_change cases[] = {
        {"{\"__metadata__\": {", "{\"__metadata__\": {\"a\": \"b\", ", PNEUMOSCOPE_OK, NULL},
        {"\"architecture\": \"mobilenet_v2\", ", "", PNEUMOSCOPE_BAD_MODEL, "architecture"},
        {"\"mobilenet_v2\"", "\"resnet18\"", PNEUMOSCOPE_UNSUPPORTED_MODEL, "resnet18"},
        {"\"width_multiplier\": \"0.35\", ", "", PNEUMOSCOPE_BAD_MODEL, "width_multiplier"},
        {"\"width_multiplier\": \"0.35\"", "\"width_multiplier\": \"0.34\"", PNEUMOSCOPE_BAD_MODEL, "0.34"},
        {"\"width_multiplier\": \"0.35\"", "\"width_multiplier\": \"nan\"", PNEUMOSCOPE_BAD_MODEL, "nan"},
        {"\"width_multiplier\": \"0.35\"", "\"width_multiplier\": \"1.0\"", PNEUMOSCOPE_BAD_MODEL, "would fit"},
        {"\"input_size\": \"96\"", "\"input_size\": \"97\"", PNEUMOSCOPE_BAD_MODEL, "multiple of 32"},
        {"\"input_size\": \"96\"", "\"input_size\": \"352\"", PNEUMOSCOPE_BAD_MODEL, "352"},
        {"\"input_size\": \"96\"", "\"input_size\": \"1e99\"", PNEUMOSCOPE_BAD_MODEL, "1e99"},
        {"\"padding\": \"torch\"", "\"padding\": \"valid\"", PNEUMOSCOPE_BAD_MODEL, "valid"},
        {"\"padding\": \"torch\", ", "", PNEUMOSCOPE_BAD_MODEL, "padding"},
        {"\"mean\": \"[0.5]\", ", "", PNEUMOSCOPE_BAD_MODEL, "normalisation"},
        {"\"mean\": \"[0.5]\"", "\"mean\": \"[0.5, 0.5]\"", PNEUMOSCOPE_BAD_MODEL, "lists of 1 or 3"},
        {"\"mean\": \"[0.5]\"", "\"mean\": \"0.5\"", PNEUMOSCOPE_BAD_MODEL, "lists of 1 or 3"},
        {"\"std\": \"[0.5]\"", "\"std\": \"[0]\"", PNEUMOSCOPE_BAD_MODEL, "above 0"},
        {"\"mean\": \"[0.5]\", \"std\": \"[0.5]\"", "\"scale\": \"x/127.5-1\"", PNEUMOSCOPE_OK, NULL},
        {"\"mean\": \"[0.5]\", \"std\": \"[0.5]\"", "\"scale\": \"x/255\"", PNEUMOSCOPE_UNSUPPORTED_MODEL, "x/255"},
        {"\"name\": \"test\"", "\"geometry\": \"crop\"", PNEUMOSCOPE_UNSUPPORTED_MODEL, "crop"},
        {"\"name\": \"test\"", "\"batch_norm_epsilon\": \"-1\"", PNEUMOSCOPE_BAD_MODEL, "batch_norm_epsilon"},
        {"features.0.0.weight", "features.0.9.weight", PNEUMOSCOPE_BAD_MODEL, "features.0.0.weight"},
        {"features.0.0.bias", "features.0.9.bias", PNEUMOSCOPE_BAD_MODEL, "features.0.0.bias"},
        {"features.9.conv.1.0.weight", "features.9.conv.1.0.w", PNEUMOSCOPE_BAD_MODEL, "features.9.conv.1.0.weight"},
        {"classifier.1.weight", "classifier.2.weight", PNEUMOSCOPE_BAD_MODEL, "classifier.1.weight"},
        {"classifier.1.bias", "classifier.2.bias", PNEUMOSCOPE_BAD_MODEL, "classifier.1.bias"},
        {"features.0.0.weight\": {\"dtype\": \"F32\"", "features.0.0.weight\": {\"dtype\": \"I32\"",
         PNEUMOSCOPE_UNSUPPORTED_MODEL, "I32"},
        {"[2, 1280]", "[1280, 2]", PNEUMOSCOPE_UNSUPPORTED_MODEL, "1280 classes"},
        {"[2, 1280]", "[2560]", PNEUMOSCOPE_BAD_MODEL, "two dimensions"},
        {"[16, 3, 3, 3]", "[16, 27]", PNEUMOSCOPE_BAD_MODEL, "[16, 27]"},
        {"[16, 3, 3, 3]", "[3, 16, 3, 3]", PNEUMOSCOPE_BAD_MODEL, "[3, 16, 3, 3]"},
        {"{\"__metadata__\"",
         "{\"extra\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [0, 0]}, \"__metadata__\"",
         PNEUMOSCOPE_UNSUPPORTED_MODEL, "extra"},
    };
    check_headers(&(model_spec){0}, cases, sizeof cases / sizeof cases[0]);
}

static void test_truncated_at_every_64th_byte(void **state) {
    (void)state;
    bytes good = fixture_model(&(model_spec){.half = true});
    for (size_t nbytes = 0; nbytes < good.nbytes; nbytes += 64) {
        detail why = {.text = ""};
        uint8_t *exact = malloc(nbytes + !nbytes); /* so that reading one byte further is seen */
        memcpy(exact, good.data, nbytes);
        assert_refused(load((bytes){exact, nbytes}, &why), PNEUMOSCOPE_BAD_MODEL, why.text, "model file");
        free(exact);
    }
    free(good.data);
}

/* NaN or an infinity at the first or the last value of every tensor that holds real numbers, in turn. */
static void check_values_that_are_not_finite(const model_spec *spec) {
    static const uint32_t singles[] = {0x7fc00000, 0x7f800000, 0xff800000}, halves[] = {0x7e00, 0x7c00, 0xfc00};
    detail why;
    model whole;
    bytes file = fixture_model(spec);
    assert_int_equal(model_open(&whole, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    size_t nchecked = 0;
    for (size_t i = 0; i < whole.file.ntensors; i++) {
        const tensor *t = &whole.file.tensors[i];
        const size_t nbytes = strcmp(t->dtype, "F32") == 0 ? 4 : strcmp(t->dtype, "F16") == 0 ? 2 : 0;
        if (nbytes > 0) {
            const size_t j = i % 6;
            uint8_t *value = file.data + (t->data - file.data) + (j % 2 ? t->nbytes - nbytes : 0), before[4];
            memcpy(before, value, nbytes);
            memcpy(value, nbytes == 4 ? &singles[j / 2] : &halves[j / 2], nbytes);
            assert_refused(load(file, &why), PNEUMOSCOPE_BAD_MODEL, why.text, t->name);
            memcpy(value, before, nbytes);
            nchecked++;
        }
    }
    assert_true(nchecked > 100);
    assert_int_equal(load(file, &why), PNEUMOSCOPE_OK);
    model_close(&whole);
    free(file.data);
}

static void test_values_that_are_not_finite(void **state) {
    (void)state;
    check_values_that_are_not_finite(&(model_spec){.half = true});
    check_values_that_are_not_finite(&(model_spec){.batch_norm = true});
    check_values_that_are_not_finite(&(model_spec){.int8 = true});
}

/* Every finite half-precision number, against its definition. */
static void test_half_precision(void **state) {
    (void)state;
    char header[512];
    int length =
        snprintf(header, sizeof header,
                 "{\"__metadata__\": {\"architecture\": \"mobilenet_v2\", \"width_multiplier\": \"1\", \"input_size\": "
                 "\"96\", \"padding\": \"torch\", \"scale\": \"x/127.5-1\"}, \"classifier.1.weight\": {\"dtype\": "
                 "\"F16\", \"shape\": [1, 63488], \"data_offsets\": [0, 126976]}, \"classifier.1.bias\": {\"dtype\": "
                 "\"F16\", \"shape\": [1], \"data_offsets\": [126976, 126978]}}");
    bytes file = fixture_file(header, (size_t)length, 126978);
    for (uint32_t i = 0; i < 63488; i++) {
        uint16_t half = (uint16_t)(i < 31744 ? i : i + 1024); /* all but infinities and NaNs */
        memcpy(file.data + 8 + length + 2 * i, &half, 2);
    }
    detail why;
    model m;
    float *weight = malloc(63488 * sizeof *weight), bias;
    assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    assert_int_equal(model_classifier(&m, 63488, weight, &bias, &why), PNEUMOSCOPE_OK);
    for (uint32_t i = 0; i < 63488; i++) {
        uint32_t half = i < 31744 ? i : i + 1024, exponent = half >> 10 & 31, mantissa = half & 1023;
        double expected = exponent ? ldexp(1024 + mantissa, (int)exponent - 25) : ldexp(mantissa, -24);
        assert_true((double)weight[i] == (half & 0x8000 ? -expected : expected));
    }
    free(weight);
    model_close(&m);
    free(file.data);
}

/* conv, then (x - mean) / sqrt(var + eps) * gamma + beta, computed apart, equals the folded convolution. */
static void test_batch_norm_is_folded(void **state) {
    (void)state;
    enum { NOUT = 16, NWEIGHTS = 27 };
    detail why;
    model folded, plain;
    static float weight[NOUT * NWEIGHTS], bias[NOUT], raw[NOUT * NWEIGHTS], zero[NOUT], statistics[4][NOUT];
    bytes file = fixture_model(&(model_spec){.batch_norm = true, .metadata = ", \"batch_norm_epsilon\": \"0.001\""});
    assert_int_equal(model_open(&folded, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    assert_int_equal(model_convolution(&folded, "features.0.", 0, NOUT, 3, 3, weight, bias, &why), PNEUMOSCOPE_OK);

    static const char *const fields[4] = {"weight", "bias", "running_mean", "running_var"};
    assert_int_equal(model_open(&plain, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    memcpy(raw, safetensors_find(&plain.file, "features.0.0.weight")->data, sizeof raw);
    for (size_t i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "features.0.1.%s", fields[i]);
        memcpy(statistics[i], safetensors_find(&plain.file, name)->data, sizeof statistics[i]);
    }
    for (size_t out = 0; out < NOUT; out++) {
        float scale = statistics[0][out] / sqrtf(statistics[3][out] + 0.001f);
        for (size_t i = 0; i < NWEIGHTS; i++)
            raw[out * NWEIGHTS + i] *= scale;
        zero[out] = statistics[1][out] - statistics[2][out] * scale;
    }
    assert_floats_near(weight, raw, NOUT * NWEIGHTS, 1e-6f);
    assert_floats_near(bias, zero, NOUT, 1e-6f);
    model_close(&folded);
    model_close(&plain);
    free(file.data);
}

static void test_variance_below_zero(void **state) {
    (void)state;
    bytes file = fixture_model(&(model_spec){.batch_norm = true});
    detail why;
    model m;
    assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    const float negative = -0.5f;
    size_t offset = (size_t)(safetensors_find(&m.file, "features.4.conv.1.1.running_var")->data - file.data);
    memcpy(file.data + offset + 4, &negative, 4);
    model_close(&m);
    assert_refused(load(file, &why), PNEUMOSCOPE_BAD_MODEL, why.text, "variance below 0 in channel 1");
    free(file.data);
}

/* torchvision's state_dict counts its batches in an integer; other integers have no business here. */
static void test_training_counter_is_passed_over(void **state) {
    (void)state;
    detail why = {.text = ""};
    bytes good = fixture_model(&(model_spec){.batch_norm = true});
    bytes file = fixture_replaced(good, "{\"__metadata__\"",
                                  "{\"features.0.1.num_batches_tracked\": {\"dtype\": \"I64\", \"shape\": [0], "
                                  "\"data_offsets\": [0, 0]}, \"__metadata__\"");
    if (load(file, &why))
        fail_msg("%s", why.text);
    free(file.data);
    free(good.data);
}

/* What can be wrong with the header of an eight-bit file. */
static void test_damaged_int8_headers(void **state) {
    (void)state;
    static const header_change cases[] = {
        {"\"name\": \"test\", ", "", PNEUMOSCOPE_OK, NULL},
        {", \"precision\": \"int8\"", "", PNEUMOSCOPE_BAD_MODEL, "precision"},
        {"\"precision\": \"int8\"", "\"precision\": \"f32\"", PNEUMOSCOPE_BAD_MODEL, "eight bits"},
        {"\"std\": \"[0.5]\"", "\"std\": \"[0.25]\"", PNEUMOSCOPE_UNSUPPORTED_MODEL, "x/127.5-1"},
        {"features.4.conv.2.weight_scale", "features.4.conv.2.weight_size", PNEUMOSCOPE_BAD_MODEL, "weight_scale"},
        {"features.18.0.output_scale", "features.18.0.scale", PNEUMOSCOPE_BAD_MODEL, "features.18.0.output_scale"},
        {"features.0.0.bias\": {\"dtype\": \"I32\"", "features.0.0.bias\": {\"dtype\": \"F32\"",
         PNEUMOSCOPE_UNSUPPORTED_MODEL, "I32"},
        {"features.1.conv.1.weight\": {\"dtype\": \"I8\"", "features.1.conv.1.weight\": {\"dtype\": \"U8\"",
         PNEUMOSCOPE_UNSUPPORTED_MODEL, "U8"},
        {"[16, 1, 3, 3]", "[1, 16, 3, 3]", PNEUMOSCOPE_BAD_MODEL, "[1, 16, 3, 3]"},
    };
    check_headers(&(model_spec){.int8 = true}, cases, sizeof cases / sizeof cases[0]);
}

/* Scales and biases with which some sum could leave its range, or a shortcut would add what is not alike. */
static void test_damaged_int8_numbers(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t bits; /* of its first number */
        const char *part;
    } cases[] = {
        {"features.3.conv.1.0.weight_scale", 0x00000000, "above 0"},
        {"features.3.conv.1.0.weight_scale", 0xbf800000, "above 0"},
        {"features.3.conv.1.0.weight_scale", 0x7fc00000, "not finite"},
        {"features.3.conv.1.0.weight_scale", 0x7f000000, "may overflow"},
        {"features.2.conv.0.0.output_scale", 0x00000001, "may overflow"},
        {"features.7.conv.2.bias", 0x7fffffff, "may overflow"},
        {"features.7.conv.2.bias", 0x80000000, "may overflow"},
        {"features.3.conv.2.output_scale", 0x3f000000, "features.3.conv.2 has an output_scale of its own"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bytes file = fixture_model(&(model_spec){.int8 = true});
        detail why;
        model m;
        assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
        size_t offset = (size_t)(safetensors_find(&m.file, cases[i].name)->data - file.data);
        memcpy(file.data + offset, &cases[i].bits, 4);
        model_close(&m);
        assert_refused(load(file, &why), PNEUMOSCOPE_BAD_MODEL, why.text, cases[i].part);
        free(file.data);
    }
}

static void test_numbers_in_metadata(void **state) {
    (void)state;
    detail why;
    model m;
    double value;
    bytes file = fixture_model(&(model_spec){.metadata = ", \"half\": \"0.5\", \"word\": \"x\""});
    assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    assert_int_equal(model_number(&m, "half", 0, 1, NAN, &value, &why), PNEUMOSCOPE_OK);
    assert_true(value == 0.5);
    assert_int_equal(model_number(&m, "absent", 0, 1, 0.25, &value, &why), PNEUMOSCOPE_OK);
    assert_true(value == 0.25);
    assert_refused(model_number(&m, "absent", 0, 1, NAN, &value, &why), PNEUMOSCOPE_BAD_MODEL, why.text, "absent");
    assert_refused(model_number(&m, "half", 0.6, 1, NAN, &value, &why), PNEUMOSCOPE_BAD_MODEL, why.text,
                   "from 0.6 to 1");
    assert_refused(model_number(&m, "word", 0, 1, 0, &value, &why), PNEUMOSCOPE_BAD_MODEL, why.text, "word");
    model_close(&m);
    free(file.data);
}

int model_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_headers),
        cmocka_unit_test(test_truncated_at_every_64th_byte),
        cmocka_unit_test(test_values_that_are_not_finite),
        cmocka_unit_test(test_half_precision),
        cmocka_unit_test(test_batch_norm_is_folded),
        cmocka_unit_test(test_variance_below_zero),
        cmocka_unit_test(test_training_counter_is_passed_over),
        cmocka_unit_test(test_damaged_int8_headers),
        cmocka_unit_test(test_damaged_int8_numbers),
        cmocka_unit_test(test_numbers_in_metadata),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
