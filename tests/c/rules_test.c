/* Rules by group of patients: from the model file's metadata to the answer that a reader is told. */
#include "findings/rules.h"

#include "fixture_model.h"
#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN                                                                          \
    ", \"operating_points\": \"[{\\\"name\\\": \\\"a\\\", \\\"threshold\\\": 0.5}, " \
    "{\\\"name\\\": \\\"b\\\", \\\"threshold\\\": 0.25}]\", \"groups\": \""
#define POINTS \
    "'operating_points': [{'name': 'a', 'threshold': 0.25}, {'name': 'b', 'threshold': 0.75, 'uncertain': [0, 1]}]"
#define CHILD "{'name': 'child', 'calibration_scale': 2, 'calibration_bias': -1, " POINTS "}"
#define ADULT "{" POINTS ", 'name': 'adult', 'films': {'n': [1, 2]}}"

/* The metadata of a file whose groups are this JSON, with ' for its quotes. */
static const char *with_groups(const char *list) {
    static char text[4096];
    strcpy(text, OWN);
    for (const char *c = list; *c; c++)
        snprintf(text + strlen(text), sizeof text - strlen(text), *c == '\'' ? "\\\"" : "%c", *c);
    return strcat(text, "\"");
}

static pneumoscope_status read_rules(const char *list, rules *out, detail *why) {
    model m;
    bytes file = fixture_model(&(model_spec){.metadata = list ? with_groups(list) : ""});
    assert_int_equal(model_open(&m, file.data, file.nbytes, why), PNEUMOSCOPE_OK);
    pneumoscope_status status = rules_read(out, &m, why);
    model_close(&m);
    free(file.data);
    return status;
}

static void test_groups_as_they_stand(void **state) {
    (void)state;
    rules r;
    detail why;
    assert_int_equal(read_rules("[" ADULT ", " CHILD "]", &r, &why), PNEUMOSCOPE_OK);
    const rule *own = &r.of[0], *child = &r.of[PNEUMOSCOPE_PATIENT_CHILD], *adult = &r.of[PNEUMOSCOPE_PATIENT_ADULT];
    assert_true(own->given && child->given && adult->given);
    const float calibrations[6] = {own->calibration_scale,  own->calibration_bias,    child->calibration_scale,
                                   child->calibration_bias, adult->calibration_scale, adult->calibration_bias};
    assert_floats_near(calibrations, (const float[6]){1, 0, 2, -1, 1, 0}, 6, 0.0f);
    assert_true(own->points.list[0].threshold == 0.5f && adult->points.list[0].threshold == 0.25f);
    assert_true(child->points.n == 2 && child->points.list[1].uncertain_high == 1.0f);
}

static void test_whose_rule_decides(void **state) {
    (void)state;
    static const struct {
        const char *groups;
        pneumoscope_patient chosen;
        float age;
        pneumoscope_patient expected;
    } cases[] = {
        {NULL, PNEUMOSCOPE_PATIENT_UNKNOWN, 40, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {NULL, PNEUMOSCOPE_PATIENT_ADULT, NAN, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_UNKNOWN, NAN, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_UNKNOWN, 0.99f, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_UNKNOWN, 1, PNEUMOSCOPE_PATIENT_CHILD},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_UNKNOWN, 5.99f, PNEUMOSCOPE_PATIENT_CHILD},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_UNKNOWN, 6, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_UNKNOWN, 17.99f, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_UNKNOWN, 18, PNEUMOSCOPE_PATIENT_ADULT},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_CHILD, 40, PNEUMOSCOPE_PATIENT_ADULT},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_ADULT, NAN, PNEUMOSCOPE_PATIENT_ADULT},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_CHILD, 12, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {"[" ADULT ", " CHILD "]", PNEUMOSCOPE_PATIENT_CHILD, NAN, PNEUMOSCOPE_PATIENT_CHILD},
        {"[" ADULT "]", PNEUMOSCOPE_PATIENT_CHILD, NAN, PNEUMOSCOPE_PATIENT_UNKNOWN},
        {"[" ADULT "]", PNEUMOSCOPE_PATIENT_UNKNOWN, 40, PNEUMOSCOPE_PATIENT_ADULT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rules r;
        detail why;
        assert_int_equal(read_rules(cases[i].groups, &r, &why), PNEUMOSCOPE_OK);
        assert_int_equal(rules_patient(&r, cases[i].chosen, cases[i].age), cases[i].expected);
    }
}

static void test_refusals(void **state) {
    (void)state;
    static const struct {
        const char *list, *part;
    } cases[] = {
        {"", "no JSON"},
        {"[" CHILD, "no JSON"},
        {CHILD, "a list of 1 or 2 objects"},
        {"[]", "a list of 1 or 2 objects"},
        {"[" CHILD ", " ADULT ", " CHILD "]", "a list of 1 or 2 objects"},
        {"['child']", "one of them is child"},
        {"[{}]", "\"child\" and \"adult\", each once"},
        {"[{'name': 'infant'}]", "\"child\" and \"adult\", each once"},
        {"[{'name': ''}]", "\"child\" and \"adult\", each once"},
        {"[" CHILD ", " CHILD "]", "\"child\" and \"adult\", each once"},
        {"[{'name': 'child'}]", "\"child\" lacks its \"operating_points\""},
        {"[{'name': 'child', 'calibration_scale': 0, " POINTS "}]", "the scale must be above 0"},
        {"[{'name': 'adult', 'calibration_bias': 'x', " POINTS "}]", "\"adult\" has a calibration that is no number"},
        {"[{'name': 'adult', 'operating_points': 7}]", "group \"adult\": The model file's operating_points are 7"},
        {"[{'name': 'adult', 'operating_points': [{'name': 'a', 'threshold': 2}]}]", "gives \"threshold\" as 2"},
        {"[{'name': 'adult', 'operating_points': [{'name': 'a', 'threshold': 0}]}]",
         "the same names in the same order"},
        {"[{'name': 'adult', 'operating_points': [{'name': 'b', 'threshold': 0}, {'name': 'a', 'threshold': 0}]}]",
         "the same names in the same order"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rules r;
        detail why = {.text = ""};
        assert_refused(read_rules(cases[i].list, &r, &why), PNEUMOSCOPE_BAD_MODEL, why.text, cases[i].part);
    }
}

/* One film, read as of everybody: the probability follows the calibration, the decision the point of the same name. */
static void test_a_reader_answers_by_the_group(void **state) {
    (void)state;
    enum { SIDE = 100 };
    static uint16_t grey[SIDE * SIDE];
    for (size_t i = 0; i < SIDE * SIDE; i++)
        grey[i] = i / 10 % 2 ? 0 : 255;
    bytes file = fixture_model(&(model_spec){.metadata = with_groups("[" CHILD "]")});
    pneumoscope *p;
    assert_int_equal(pneumoscope_create(&p, file.data, file.nbytes, &(pneumoscope_options){.operating_point = "b"}),
                     PNEUMOSCOPE_OK);
    pneumoscope_findings f[3];
    for (uint32_t patient = 0; patient < 3; patient++) {
        assert_int_equal(pneumoscope_set_patient(p, (pneumoscope_patient)patient), PNEUMOSCOPE_OK);
        assert_int_equal(pneumoscope_read_grey(p, grey, SIDE, SIDE, 8, &f[patient]), PNEUMOSCOPE_OK);
        bool child = patient == PNEUMOSCOPE_PATIENT_CHILD;
        assert_int_equal(f[patient].patient, child ? PNEUMOSCOPE_PATIENT_CHILD : PNEUMOSCOPE_PATIENT_UNKNOWN);
        assert_true(f[patient].threshold == (child ? 0.75f : 0.25f) && f[patient].logit == f[0].logit);
        float log_odds = child ? 2 * f[0].logit - 1 : f[0].logit;
        assert_true(fabsf(f[patient].probability - 1 / (1 + expf(-log_odds))) < 1e-6f);
        assert_int_equal(f[patient].decision == PNEUMOSCOPE_UNCERTAIN, child);
    }
    float calibration[2];
    size_t npoints;
    assert_int_equal(pneumoscope_rule_of(p, PNEUMOSCOPE_PATIENT_CHILD, calibration, &npoints)[1].threshold == 0.75f, 1);
    assert_true(npoints == 2 && calibration[0] == 2 && calibration[1] == -1);
    assert_null(pneumoscope_rule_of(p, PNEUMOSCOPE_PATIENT_ADULT, calibration, &npoints));
    assert_null(pneumoscope_rule_of(p, (pneumoscope_patient)3, NULL, NULL));
    assert_int_equal(npoints, 0);
    assert_int_equal(pneumoscope_set_patient(p, (pneumoscope_patient)3), PNEUMOSCOPE_BAD_ARGUMENT);
    assert_int_equal(pneumoscope_set_patient(NULL, PNEUMOSCOPE_PATIENT_CHILD), PNEUMOSCOPE_BAD_ARGUMENT);
    pneumoscope_destroy(p);
    free(file.data);
}

int rules_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_as_they_stand),
        cmocka_unit_test(test_whose_rule_decides),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_a_reader_answers_by_the_group),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
