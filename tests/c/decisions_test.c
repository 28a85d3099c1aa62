/* From the model file's operating points and scope statistics to the decision that a reader is told. */
#include "fixture_model.h"
#include "pneumoscope.h"
#include "tests.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 100 };

static pneumoscope *make(const model_spec *spec, const pneumoscope_options *options) {
    pneumoscope *p;
    bytes file = fixture_model(spec);
    if (pneumoscope_create(&p, file.data, file.nbytes, options))
        fail_msg("%s", pneumoscope_last_detail(p));
    free(file.data);
    return p;
}

/* White and black rows in turn, so many of each; SIDE of them are a blank film. */
static pneumoscope_findings read_stripes(pneumoscope *p, size_t nrows) {
    static uint16_t grey[SIDE * SIDE];
    for (size_t i = 0; i < SIDE * SIDE; i++)
        grey[i] = i / SIDE / nrows % 2 ? 0 : 255;
    pneumoscope_findings findings;
    if (pneumoscope_read_grey(p, grey, SIDE, SIDE, 8, &findings))
        fail_msg("%s", pneumoscope_last_detail(p));
    return findings;
}

#define TWO_POINTS                                                                                                \
    ", \"operating_points\": \"[{\\\"name\\\": \\\"low\\\", \\\"threshold\\\": 0}, {\\\"name\\\": \\\"band\\\", " \
    "\\\"threshold\\\": 0.5, \\\"uncertain\\\": [0, 1]}]\""

static void test_operating_points(void **state) {
    (void)state;
    static const struct {
        const char *name;
        pneumoscope_decision decision;
        float threshold, low, high;
    } cases[] = {
        {NULL, PNEUMOSCOPE_PNEUMONIA, 0.0f, 0.0f, 0.0f},
        {"low", PNEUMOSCOPE_PNEUMONIA, 0.0f, 0.0f, 0.0f},
        {"band", PNEUMOSCOPE_UNCERTAIN, 0.5f, 0.0f, 1.0f},
    };
    const model_spec spec = {.metadata = TWO_POINTS};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[16] = "";
        if (cases[i].name)
            strcpy(name, cases[i].name);
        pneumoscope_options options = {.operating_point = cases[i].name ? name : NULL};
        pneumoscope *p = make(&spec, &options);
        memset(name, '?', sizeof name); /* the reader needs it no longer */
        pneumoscope_findings f = read_stripes(p, 10);
        assert_int_equal(f.decision, cases[i].decision);
        assert_true(f.threshold == cases[i].threshold && f.uncertain_low == cases[i].low &&
                    f.uncertain_high == cases[i].high);
        assert_true(isnan(f.scope_score) && f.scope_reasons == 0);
        size_t npoints;
        const pneumoscope_operating_point *points = pneumoscope_operating_points(p, &npoints);
        assert_int_equal(npoints, 2);
        assert_string_equal(points[0].name, "low");
        assert_string_equal(points[1].name, "band");
        pneumoscope_destroy(p);
    }
    pneumoscope *p;
    bytes file = fixture_model(&spec);
    assert_refused(pneumoscope_create(&p, file.data, file.nbytes, &(pneumoscope_options){.operating_point = "high"}),
                   PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p),
                   "no operating point \"high\"; it has low, band");
    size_t npoints;
    assert_null(pneumoscope_operating_points(p, &npoints));
    assert_null(pneumoscope_operating_points(p, NULL));
    assert_int_equal(npoints, 0);
    pneumoscope_destroy(p);
    free(file.data);
}

/* The limit is put between two films, by the scores they have under a limit of 1. */
static void test_a_film_unlike_the_others_is_out_of_scope(void **state) {
    (void)state;
    float score[2], limit = 1.0f;
    for (int pass = 0; pass < 2; pass++) {
        char metadata[96];
        pneumoscope_findings f[2];
        snprintf(metadata, sizeof metadata, ", \"scope_residual\": \"1\", \"scope_limit\": \"%.9g\"", (double)limit);
        pneumoscope *p = make(&(model_spec){.scope_directions = 2, .metadata = metadata}, NULL);
        f[0] = read_stripes(p, 10);
        f[1] = read_stripes(p, 50);
        for (int film = 0; film < 2; film++) {
            bool far = f[film].scope_score > 1.0f;
            assert_int_equal(f[film].scope_reasons, far ? PNEUMOSCOPE_SCOPE_UNLIKE_TRAINING : 0u);
            assert_int_equal(f[film].decision == PNEUMOSCOPE_OUT_OF_SCOPE, far);
            assert_true(f[film].probability > 0.0f && f[film].probability < 1.0f);
            assert_true(pass == 0 || fabsf(f[film].scope_score * limit / score[film] - 1.0f) < 1e-5f);
            score[film] = f[film].scope_score;
        }
        assert_int_equal((score[0] > 1.0f) + (score[1] > 1.0f), pass == 0 ? 2 : 1);
        limit = (score[0] + score[1]) / 2;
        pneumoscope_destroy(p);
    }
}

/* Whatever the statistics say, and where there are none. */
static void test_a_blank_film_is_out_of_scope(void **state) {
    (void)state;
    const model_spec specs[] = {{0}, {.scope_directions = 2, .metadata = ", \"scope_limit\": \"1e30\""}};
    for (size_t i = 0; i < 2; i++) {
        pneumoscope *p = make(&specs[i], NULL);
        pneumoscope_findings f = read_stripes(p, SIDE);
        assert_int_equal(f.decision, PNEUMOSCOPE_OUT_OF_SCOPE);
        assert_int_equal(f.scope_reasons, PNEUMOSCOPE_SCOPE_BLANK);
        assert_true(i == 0 ? isnan(f.scope_score) : fabsf(f.scope_score) < 1.0f);
        pneumoscope_destroy(p);
    }
}

/* ---- what a DICOM file says ---- */

enum { HEAD_NBYTES = 1000 };

typedef struct dicom_file {
    uint8_t bytes[HEAD_NBYTES + SIDE * SIDE];
    size_t nbytes;
} dicom_file;

static void add(dicom_file *file, uint32_t tag, const char *vr, const void *value, size_t nbytes) {
    const bool is_long = strcmp(vr, "OB") == 0;
    const uint8_t head[12] = {(uint8_t)(tag >> 16),
                              (uint8_t)(tag >> 24),
                              (uint8_t)tag,
                              (uint8_t)(tag >> 8),
                              (uint8_t)vr[0],
                              (uint8_t)vr[1],
                              is_long ? 0 : (uint8_t)nbytes,
                              is_long ? 0 : (uint8_t)(nbytes >> 8),
                              (uint8_t)nbytes,
                              (uint8_t)(nbytes >> 8)};
    assert_true(file->nbytes + 12 + nbytes <= sizeof file->bytes);
    memcpy(file->bytes + file->nbytes, head, is_long ? 12 : 8);
    file->nbytes += is_long ? 12 : 8;
    memcpy(file->bytes + file->nbytes, value, nbytes);
    file->nbytes += nbytes;
}

static void add_text(dicom_file *file, uint32_t tag, const char *vr, const char *text) {
    char even[32] = "";
    snprintf(even, sizeof even, "%s%s", text, strlen(text) % 2 ? " " : "");
    add(file, tag, vr, even, strlen(even));
}

static void add_number(dicom_file *file, uint32_t tag, unsigned value) {
    const uint8_t le[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    add(file, tag, "US", le, 2);
}

typedef struct words {
    const char *modality, *age, *body_part, *view, *centre, *width; /* of the window; NULL: none */
} words;

/* Explicit little endian without a meta header: a slope from 20 to 218 with stripes. */
static void write_dicom(dicom_file *file, const words *w) {
    static uint8_t pixels[SIDE * SIDE];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(20 + i / SIDE + i % SIDE - (i / 10 % 2 ? 0 : 8) + 8);
    file->nbytes = 0;
    add_text(file, 0x00080060, "CS", w->modality ? w->modality : "DX");
    if (w->age)
        add_text(file, 0x00101010, "AS", w->age);
    add_text(file, 0x00180015, "CS", w->body_part ? w->body_part : "CHEST");
    add_text(file, 0x00185101, "CS", w->view ? w->view : "PA");
    add_number(file, 0x00280002, 1);
    add_text(file, 0x00280004, "CS", "MONOCHROME2");
    add_number(file, 0x00280010, SIDE);
    add_number(file, 0x00280011, SIDE);
    add_number(file, 0x00280100, 8);
    add_number(file, 0x00280101, 8);
    add_number(file, 0x00280102, 7);
    if (w->width) {
        add_text(file, 0x00281050, "DS", w->centre);
        add_text(file, 0x00281051, "DS", w->width);
    }
    add(file, 0x7fe00010, "OB", pixels, sizeof pixels);
}

static pneumoscope_findings read_dicom(pneumoscope *p, const words *w) {
    dicom_file file;
    pneumoscope_findings findings;
    write_dicom(&file, w);
    if (pneumoscope_read(p, file.bytes, file.nbytes, &findings))
        fail_msg("%s", pneumoscope_last_detail(p));
    return findings;
}

static void test_what_a_file_says_can_be_overruled(void **state) {
    (void)state;
    static const struct {
        words words;
        uint32_t reasons, overrulable, warnings;
    } cases[] = {
        {{.modality = "DX"}, 0, 0, 0},
        {{.view = "LT.LAT"}, PNEUMOSCOPE_SCOPE_VIEW, PNEUMOSCOPE_SCOPE_VIEW, PNEUMOSCOPE_WARNING_LATERAL},
        {{.body_part = "HAND"},
         PNEUMOSCOPE_SCOPE_BODY_PART,
         PNEUMOSCOPE_SCOPE_BODY_PART,
         PNEUMOSCOPE_WARNING_BODY_PART},
        {{.age = "006M"}, PNEUMOSCOPE_SCOPE_AGE, PNEUMOSCOPE_SCOPE_AGE, PNEUMOSCOPE_WARNING_AGE},
        {{.age = "012Y"}, 0, 0, PNEUMOSCOPE_WARNING_AGE},
        {{.age = "003Y"}, 0, 0, 0},
        {{.modality = "CT", .view = "LL"},
         PNEUMOSCOPE_SCOPE_MODALITY | PNEUMOSCOPE_SCOPE_VIEW,
         PNEUMOSCOPE_SCOPE_VIEW,
         PNEUMOSCOPE_WARNING_LATERAL},
    };
    pneumoscope *p = make(&(model_spec){0}, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int anyway = 0; anyway < 2; anyway++) {
            pneumoscope_read_anyway(p, anyway);
            pneumoscope_findings f = read_dicom(p, &cases[i].words);
            assert_int_equal(f.overruled, anyway ? cases[i].overrulable : 0u);
            assert_int_equal(f.scope_reasons, cases[i].reasons & ~f.overruled);
            assert_int_equal(f.decision == PNEUMOSCOPE_OUT_OF_SCOPE, f.scope_reasons != 0);
            assert_int_equal(f.warnings & ~(uint32_t)PNEUMOSCOPE_WARNING_LOW_RESOLUTION, cases[i].warnings);
        }
    pneumoscope_read_anyway(NULL, 1);
    pneumoscope_destroy(p);
}

static void test_a_window_changes_nothing_but_the_view(void **state) {
    (void)state;
    static const struct {
        const char *centre, *width;
        bool warned;
    } cases[] = {
        {"128", "256", false}, {"128", "150", false}, {"60", "30", true}, {"128", "2", true}, {"9999", "5", true}};
    pneumoscope *p = make(&(model_spec){0}, &(pneumoscope_options){.view_side = SIDE});
    static float input[224 * 224];
    pneumoscope_findings plain = read_dicom(p, &(words){0});
    size_t nbytes = (size_t)plain.input_side * plain.input_side * sizeof *input;
    assert_true(nbytes <= sizeof input);
    memcpy(input, plain.input, nbytes);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pneumoscope_findings f = read_dicom(p, &(words){.centre = cases[i].centre, .width = cases[i].width});
        assert_memory_equal(f.input, input, nbytes);
        assert_true(f.logit == plain.logit);
        assert_int_equal((f.warnings & PNEUMOSCOPE_WARNING_WINDOW) != 0, cases[i].warned);
        double shown = (double)(f.level_white - f.level_black) * 206; /* of the film's 20 to 226 */
        assert_true(fabs(shown - (atof(cases[i].width) - 1)) < 0.01);
    }
    pneumoscope_destroy(p);
}

static void test_a_film_of_too_few_pixels_is_out_of_scope(void **state) {
    (void)state;
    static uint16_t grey[SIDE * SIDE];
    for (size_t i = 0; i < SIDE * SIDE; i++)
        grey[i] = i / SIDE / 10 % 2 ? 0 : 255;
    static const struct {
        uint32_t width, height, reasons;
    } cases[] = {{96, 96, 0}, {95, 96, PNEUMOSCOPE_SCOPE_TOO_SMALL}, {96, 95, PNEUMOSCOPE_SCOPE_TOO_SMALL}};
    pneumoscope *p = make(&(model_spec){0}, NULL);
    pneumoscope_read_anyway(p, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pneumoscope_findings f;
        assert_int_equal(pneumoscope_read_grey(p, grey, cases[i].width, cases[i].height, 8, &f), PNEUMOSCOPE_OK);
        assert_int_equal(f.scope_reasons, cases[i].reasons);
        assert_int_equal(f.overruled, 0);
    }
    pneumoscope_destroy(p);
}

/* Stripes on a white page: half as wide as it, they are a quarter of it; with a narrow margin nearly all. */
static void test_a_film_on_a_page_is_out_of_scope(void **state) {
    (void)state;
    static uint16_t grey[SIDE * SIDE];
    static const struct {
        size_t margin;
        uint32_t reasons;
    } cases[] = {{0, 0}, {5, 0}, {10, 0}, {25, PNEUMOSCOPE_SCOPE_SURROUND}};
    pneumoscope *p = make(&(model_spec){0}, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t first = cases[i].margin, end = SIDE - cases[i].margin;
        for (size_t at = 0; at < SIDE * SIDE; at++) {
            const size_t x = at % SIDE, y = at / SIDE;
            bool is_film = x >= first && x < end && y >= first && y < end;
            grey[at] = is_film ? (uint16_t)(100 + 50 * (y / 5 % 2)) : 255;
        }
        pneumoscope_findings f;
        assert_int_equal(pneumoscope_read_grey(p, grey, SIDE, SIDE, 8, &f), PNEUMOSCOPE_OK);
        assert_int_equal(f.scope_reasons, cases[i].reasons);
    }
    pneumoscope_destroy(p);
}

int decisions_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operating_points),
        cmocka_unit_test(test_a_film_unlike_the_others_is_out_of_scope),
        cmocka_unit_test(test_a_blank_film_is_out_of_scope),
        cmocka_unit_test(test_what_a_file_says_can_be_overruled),
        cmocka_unit_test(test_a_window_changes_nothing_but_the_view),
        cmocka_unit_test(test_a_film_of_too_few_pixels_is_out_of_scope),
        cmocka_unit_test(test_a_film_on_a_page_is_out_of_scope),
    };
    return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
