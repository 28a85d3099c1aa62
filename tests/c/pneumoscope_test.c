#include "pneumoscope.h"

#include "fixture_image.h"
#include "fixture_model.h"
#include "tests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static pneumoscope *make(const pneumoscope_options *options) {
    pneumoscope *p;
    bytes file = fixture_model(&(model_spec){.half = true});
    if (pneumoscope_create(&p, file.data, file.nbytes, options))
        fail_msg("%s", pneumoscope_last_detail(p));
    free(file.data); /* the reader needs it no longer */
    return p;
}

static pneumoscope_findings read_pattern(pneumoscope *p, uint32_t width, uint32_t height, uint32_t bits) {
    pneumoscope_findings findings;
    size_t nbytes;
    uint8_t *png = fixture_png_grey(width, height, bits, &nbytes);
    if (pneumoscope_read(p, png, nbytes, &findings))
        fail_msg("%s", pneumoscope_last_detail(p));
    free(png);
    return findings;
}

static void test_a_film_from_bytes_to_findings(void **state) {
    (void)state;
    pneumoscope *p = make(&(pneumoscope_options){.view_side = 100});
    pneumoscope_findings f = read_pattern(p, 300, 200, 8);
    assert_true(f.probability > 0.0f && f.probability < 1.0f && isfinite(f.logit));
    assert_int_equal(f.decision, f.probability >= f.threshold ? PNEUMOSCOPE_PNEUMONIA : PNEUMOSCOPE_NORMAL);
    assert_int_equal(f.width, 300);
    assert_int_equal(f.height, 200);
    assert_int_equal(f.bits, 8);
    assert_int_equal(f.nthreads, 1);
    assert_int_equal(f.input_side, 96);
    assert_int_equal(f.heatmap_side, 3);
    assert_int_equal(f.view_width, 100);
    assert_int_equal(f.view_height, 67);
    assert_non_null(f.view);
    assert_true(f.decode_ms >= 0 && f.prepare_ms >= 0 && f.infer_ms >= 0);
    assert_string_equal(pneumoscope_last_detail(p), "");
    assert_string_equal(pneumoscope_model_metadata(p, "name"), "test");
    assert_null(pneumoscope_model_metadata(p, "no such key"));
    pneumoscope_destroy(p);
}

static void test_samples_and_file_give_the_same(void **state) {
    (void)state;
    enum { WIDTH = 120, HEIGHT = 130 };
    pneumoscope *p = make(NULL);
    pneumoscope_findings from_file = read_pattern(p, WIDTH, HEIGHT, 16), from_samples;
    uint16_t *grey = malloc(WIDTH * HEIGHT * sizeof *grey);
    for (uint32_t y = 0; y < HEIGHT; y++)
        for (uint32_t x = 0; x < WIDTH; x++)
            grey[y * WIDTH + x] = (uint16_t)fixture_pattern(y * WIDTH + x, 16);
    assert_int_equal(pneumoscope_read_grey(p, grey, WIDTH, HEIGHT, 16, &from_samples), PNEUMOSCOPE_OK);
    assert_true(from_file.logit == from_samples.logit);
    assert_null(from_samples.view);
    free(grey);
    pneumoscope_destroy(p);
}

static void test_options_out_of_range(void **state) {
    (void)state;
    const struct {
        pneumoscope_options options;
        const char *part;
    } cases[] = {
        {{.nthreads = 65}, "65 threads"},
        {{.view_side = 4097}, "4097"},
        {{.max_file_nbytes = (size_t)1 << 31}, "2147483648"},
    };
    bytes file = fixture_model(&(model_spec){.half = true});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pneumoscope *p;
        pneumoscope_status status = pneumoscope_create(&p, file.data, file.nbytes, &cases[i].options);
        assert_refused(status, PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p), cases[i].part);
        pneumoscope_destroy(p);
    }
    free(file.data);
}

static void test_arguments_that_are_null(void **state) {
    (void)state;
    pneumoscope *p;
    pneumoscope_findings f;
    const uint16_t grey[4] = {0};
    assert_int_equal(pneumoscope_create(NULL, "x", 1, NULL), PNEUMOSCOPE_BAD_ARGUMENT);
    assert_refused(pneumoscope_create(&p, NULL, 0, NULL), PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p),
                   "No model");
    assert_refused(pneumoscope_read(p, "x", 1, &f), PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p),
                   "could not be made");
    assert_null(pneumoscope_model_metadata(p, "name"));
    pneumoscope_destroy(p);
    p = make(NULL);
    assert_refused(pneumoscope_read(p, NULL, 1, &f), PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p), "NULL");
    assert_refused(pneumoscope_read(p, "x", 1, NULL), PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p), "NULL");
    assert_refused(pneumoscope_read_grey(p, NULL, 2, 2, 8, &f), PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p),
                   "2 x 2");
    assert_refused(pneumoscope_read_grey(p, grey, 0, 2, 8, &f), PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p),
                   "0 x 2");
    assert_refused(pneumoscope_read_grey(p, grey, 2, 2, 17, &f), PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p),
                   "17");
    pneumoscope_destroy(p);
    pneumoscope_destroy(NULL);
    assert_int_equal(pneumoscope_read(NULL, "x", 1, &f), PNEUMOSCOPE_BAD_ARGUMENT);
    assert_sentence(pneumoscope_last_detail(NULL), "no memory");
}

/* Whatever is wrong with one file, the next good film reads exactly as before. */
static void test_good_films_between_bad_ones(void **state) {
    (void)state;
    static const char html[] = "<!DOCTYPE html><title>404</title>", text[] = "not an image", gif[] = "GIF89a........";
    size_t nbytes;
    uint8_t *png = fixture_png_grey(100, 100, 8, &nbytes), *damaged = fixture_png_grey(100, 100, 8, &nbytes);
    damaged[nbytes / 2] ^= 0x55;
    const struct {
        const void *data;
        size_t nbytes;
        pneumoscope_status status;
    } bad[] = {
        {"", 0, PNEUMOSCOPE_BAD_IMAGE},
        {html, sizeof html, PNEUMOSCOPE_BAD_IMAGE},
        {text, sizeof text, PNEUMOSCOPE_BAD_IMAGE},
        {gif, sizeof gif, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
        {png, nbytes / 2, PNEUMOSCOPE_BAD_IMAGE},
        {damaged, nbytes, PNEUMOSCOPE_BAD_IMAGE},
        {png, nbytes, PNEUMOSCOPE_OK},
    };
    pneumoscope *p = make(&(pneumoscope_options){.max_pixels = 100 * 100});
    float logit = read_pattern(p, 90, 80, 8).logit;
    pneumoscope_findings f;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        pneumoscope_status status = pneumoscope_read(p, bad[i].data, bad[i].nbytes, &f);
        if (bad[i].status)
            assert_refused(status, bad[i].status, pneumoscope_last_detail(p), "e");
        assert_true(read_pattern(p, 90, 80, 8).logit == logit);
    }
    uint8_t *large = fixture_png_grey(101, 100, 8, &nbytes);
    assert_refused(pneumoscope_read(p, large, nbytes, &f), PNEUMOSCOPE_IMAGE_TOO_LARGE, pneumoscope_last_detail(p),
                   "101 x 100");
    assert_true(read_pattern(p, 90, 80, 8).logit == logit);
    pneumoscope_destroy(p);
    free(png);
    free(damaged);
    free(large);
}

static void test_file_limit(void **state) {
    (void)state;
    pneumoscope *p = make(&(pneumoscope_options){.max_file_nbytes = 1000});
    pneumoscope_findings f;
    static const char zeros[1001];
    assert_refused(pneumoscope_read(p, zeros, 1001, &f), PNEUMOSCOPE_IMAGE_TOO_LARGE, pneumoscope_last_detail(p),
                   "1001 bytes");
    assert_refused(pneumoscope_read(p, zeros, 1000, &f), PNEUMOSCOPE_BAD_IMAGE, pneumoscope_last_detail(p),
                   "not an image");
    pneumoscope_destroy(p);
}

static void test_warnings(void **state) {
    (void)state;
    pneumoscope *p = make(NULL);
    static uint16_t flat[100 * 100];
    for (size_t i = 0; i < 100 * 100; i++)
        flat[i] = 128;
    pneumoscope_findings f;
    assert_int_equal(read_pattern(p, 96, 96, 8).warnings, 0);
    assert_int_equal(read_pattern(p, 95, 96, 8).warnings, PNEUMOSCOPE_WARNING_LOW_RESOLUTION);
    assert_int_equal(read_pattern(p, 400, 100, 8).warnings, PNEUMOSCOPE_WARNING_ASPECT);
    assert_int_equal(pneumoscope_read_grey(p, flat, 100, 100, 8, &f), PNEUMOSCOPE_OK);
    assert_int_equal(f.warnings, PNEUMOSCOPE_WARNING_NO_CONTRAST);
    pneumoscope_destroy(p);
}

static void test_view_is_never_enlarged(void **state) {
    (void)state;
    pneumoscope *p = make(&(pneumoscope_options){.view_side = 1024});
    pneumoscope_findings f = read_pattern(p, 96, 120, 8);
    assert_int_equal(f.view_width, 96);
    assert_int_equal(f.view_height, 120);
    for (uint32_t y = 0; y < 120; y++)
        for (uint32_t x = 0; x < 96; x++)
            assert_int_equal(f.view[y * 96 + x], 257 * fixture_pattern(y * 96 + x, 8));
    f = read_pattern(p, 5000, 1, 8);
    assert_int_equal(f.view_width, 1024);
    assert_int_equal(f.view_height, 1);
    pneumoscope_destroy(p);
}

static void test_view_is_brought_where_it_is_wanted(void **state) {
    (void)state;
    pneumoscope_bring_view(NULL, 0);
    pneumoscope *p = make(&(pneumoscope_options){.view_side = 50});
    for (int wanted = 0; wanted <= 1; wanted++) {
        pneumoscope_bring_view(p, wanted);
        pneumoscope_findings f = read_pattern(p, 100, 80, 8);
        assert_int_equal(f.view != NULL, wanted);
        assert_int_equal(f.view_width, wanted ? 50 : 0);
    }
    pneumoscope_destroy(p);
}

/* Weights can be finite and their product not. */
static void test_weights_that_overflow(void **state) {
    (void)state;
    bytes file = fixture_model(&(model_spec){0});
    const float huge = 3e38f;
    memcpy(file.data + file.nbytes - 4, &huge, 4); /* the last bias */
    float minus = -huge;
    memcpy(file.data + file.nbytes - 8, &minus, 4); /* the other one */
    pneumoscope *p;
    pneumoscope_findings f;
    assert_int_equal(pneumoscope_create(&p, file.data, file.nbytes, NULL), PNEUMOSCOPE_OK);
    const uint16_t grey[4] = {0, 100, 200, 255};
    assert_refused(pneumoscope_read_grey(p, grey, 2, 2, 8, &f), PNEUMOSCOPE_BAD_MODEL, pneumoscope_last_detail(p),
                   "finite");
    pneumoscope_destroy(p);
    free(file.data);
}

static void test_status_strings(void **state) {
    (void)state;
    for (int status = PNEUMOSCOPE_OK; status <= PNEUMOSCOPE_NO_MEMORY; status++)
        assert_string_not_equal(pneumoscope_status_string((pneumoscope_status)status), "unknown-status");
    assert_string_equal(pneumoscope_status_string((pneumoscope_status)99), "unknown-status");
    assert_string_equal(pneumoscope_status_string(PNEUMOSCOPE_BAD_IMAGE), "bad-image");
}

int pneumoscope_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_film_from_bytes_to_findings),
        cmocka_unit_test(test_samples_and_file_give_the_same),
        cmocka_unit_test(test_options_out_of_range),
        cmocka_unit_test(test_arguments_that_are_null),
        cmocka_unit_test(test_good_films_between_bad_ones),
        cmocka_unit_test(test_file_limit),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_view_is_never_enlarged),
        cmocka_unit_test(test_view_is_brought_where_it_is_wanted),
        cmocka_unit_test(test_weights_that_overflow),
        cmocka_unit_test(test_status_strings),
    };
    return cmocka_run_group_tests_name("pneumoscope", tests, NULL, NULL);
}
