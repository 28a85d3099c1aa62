#include "findings/operating_points.h"

#include "fixture_model.h"
#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads the points of a model whose metadata hold this, as JSON inside a JSON string: quotes are given as '. */
static pneumoscope_status read_points(const char *list, operating_points *out, detail *why) {
    char text[2048] = ", \"operating_points\": \"";
    for (const char *c = list; *c; c++)
        snprintf(text + strlen(text), sizeof text - strlen(text), *c == '\'' ? "\\\"" : "%c", *c);
    strcat(text, "\"");
    model m;
    bytes file = fixture_model(&(model_spec){.metadata = text});
    assert_int_equal(model_open(&m, file.data, file.nbytes, why), PNEUMOSCOPE_OK);
    pneumoscope_status status = operating_points_read(out, &m, why);
    model_close(&m);
    free(file.data);
    return status;
}

static void test_points_as_they_stand(void **state) {
    (void)state;
    operating_points points;
    detail why;
    assert_int_equal(read_points("[{'name': 'balanced', 'threshold': 0.5, 'uncertain': [0.25, 0.75], 'sensitivity': "
                                 "0.97, 'specificity': 0.91, 'films': [624]}, {'threshold': 1e-1, 'name': 'b-2'}]",
                                 &points, &why),
                     PNEUMOSCOPE_OK);
    assert_int_equal(points.n, 2);
    const pneumoscope_operating_point *first = &points.list[0], *second = &points.list[1];
    assert_string_equal(first->name, "balanced");
    const float numbers[5] = {first->threshold, first->uncertain_low, first->uncertain_high, first->sensitivity,
                              first->specificity};
    assert_floats_near(numbers, (const float[5]){0.5f, 0.25f, 0.75f, 0.97f, 0.91f}, 5, 0.0f);
    assert_string_equal(second->name, "b-2");
    assert_true(second->threshold == 0.1f && second->uncertain_low == 0.1f && second->uncertain_high == 0.1f);
    assert_true(isnan(second->sensitivity) && isnan(second->specificity));
}

static void test_the_threshold_alone_is_one_point(void **state) {
    (void)state;
    operating_points points;
    detail why;
    model m;
    bytes file = fixture_model(&(model_spec){.threshold = "0.375"});
    assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    assert_int_equal(operating_points_read(&points, &m, &why), PNEUMOSCOPE_OK);
    assert_int_equal(points.n, 1);
    const pneumoscope_operating_point *only = &points.list[0];
    assert_string_equal(only->name, "default");
    assert_true(only->threshold == 0.375f && only->uncertain_low == 0.375f && only->uncertain_high == 0.375f);
    assert_true(isnan(only->sensitivity) && isnan(only->specificity));
    model_close(&m);
    free(file.data);
}

static void test_refusals(void **state) {
    (void)state;
    static const struct {
        const char *list, *part;
    } cases[] = {
        {"", "no JSON"},
        {"[{'name': 'a', 'threshold': 0.5}", "no JSON"},
        {"{'name': 'a', 'threshold': 0.5}", "a list of 1 to 8"},
        {"'balanced'", "a list of 1 to 8"},
        {"[]", "a list of 1 to 8"},
        {"[0.5]", "operating point 1 is no JSON object"},
        {"[{'name': 'a', 'threshold': 0.5}, ['name', 'b']]", "operating point 2 is no JSON object"},
        {"[{}]", "operating point 1 lacks its \"name\""},
        {"[{'threshold': 0.5}]", "operating point 1 lacks its \"name\""},
        {"[{'name': 'a'}]", "operating point 1 lacks its \"threshold\""},
        {"[{'name': '', 'threshold': 0.5}]", "gives \"name\" as "},
        {"[{'name': 7, 'threshold': 0.5}]", "gives \"name\" as 7; 1 to 23 of a-z"},
        {"[{'name': 'High', 'threshold': 0.5}]", "gives \"name\" as High"},
        {"[{'name': 'abcdefghijklmnopqrstuvwx', 'threshold': 0.5}]", "gives \"name\" as abcdef"},
        {"[{'name': 'a', 'threshold': '0.5'}]", "gives \"threshold\" as 0.5; a number from 0 to 1"},
        {"[{'name': 'a', 'threshold': null}]", "gives \"threshold\" as null"},
        {"[{'name': 'a', 'threshold': 1.01}]", "gives \"threshold\" as 1.01"},
        {"[{'name': 'a', 'threshold': -0.01}]", "gives \"threshold\" as -0.01"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': 0.5}]", "gives \"uncertain\" as 0.5; a list of two"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': [0.5]}]", "gives \"uncertain\" as [0.5]"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': [0.4, 0.6, 0.8]}]", "gives \"uncertain\" as [0.4, 0.6, 0.8]"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': [0.4, 1.5]}]", "gives \"uncertain\" as [0.4, 1.5]"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': [{}, []]}]", "gives \"uncertain\" as [{}, []]"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': [0.6, 0.7]}]", "\"a\" has its threshold, 0.5, outside its"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': [0.3, 0.4]}]", "uncertain band, 0.3 to 0.4"},
        {"[{'name': 'a', 'threshold': 0.5, 'uncertain': [0.7, 0.3]}]", "uncertain band, 0.7 to 0.3"},
        {"[{'name': 'a', 'threshold': 0.5, 'sensitivity': 97}]", "gives \"sensitivity\" as 97"},
        {"[{'name': 'a', 'threshold': 0.5, 'specificity': '-'}]", "gives \"specificity\" as -"},
        {"[{'name': 'a', 'threshold': 0.5}, {'name': 'b', 'threshold': 0.5}, {'name': 'a', 'threshold': 0.1}]",
         "two operating points of the name \"a\""},
        {"[{'name': 'a', 'threshold': 0}, {'name': 'b', 'threshold': 0}, {'name': 'c', 'threshold': 0}, "
         "{'name': 'd', 'threshold': 0}, {'name': 'e', 'threshold': 0}, {'name': 'f', 'threshold': 0}, "
         "{'name': 'g', 'threshold': 0}, {'name': 'h', 'threshold': 0}, {'name': 'i', 'threshold': 0}]",
         "a list of 1 to 8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        operating_points points;
        detail why = {.text = ""};
        assert_refused(read_points(cases[i].list, &points, &why), PNEUMOSCOPE_BAD_MODEL, why.text, cases[i].part);
    }
}

static void test_choosing_by_name(void **state) {
    (void)state;
    operating_points points;
    detail why;
    size_t index;
    assert_int_equal(
        read_points("[{'name': 'balanced', 'threshold': 0.5}, {'name': 'high', 'threshold': 0.9}]", &points, &why),
        PNEUMOSCOPE_OK);
    assert_int_equal(operating_points_choose(&points, NULL, &index, &why), PNEUMOSCOPE_OK);
    assert_int_equal(index, 0);
    assert_int_equal(operating_points_choose(&points, "high", &index, &why), PNEUMOSCOPE_OK);
    assert_int_equal(index, 1);
    static const char *const unknown[] = {"", "hig", "highest", "Balanced"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_refused(operating_points_choose(&points, unknown[i], &index, &why), PNEUMOSCOPE_BAD_ARGUMENT, why.text,
                       "it has balanced, high");
}

int operating_points_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_as_they_stand),
        cmocka_unit_test(test_the_threshold_alone_is_one_point),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_choosing_by_name),
    };
    return cmocka_run_group_tests_name("operating_points", tests, NULL, NULL);
}
