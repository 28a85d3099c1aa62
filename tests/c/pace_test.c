#include "network/pace.h"

#include "tests.h"

/* Runs of which one alone takes `alone` and one with all threads `all`: how many of n used all. */
static size_t run(pace *p, size_t n, double alone, double all) {
    size_t nall = 0;
    for (size_t i = 0; i < n; i++) {
        bool all_threads = pace_all_threads(p);
        pace_note(p, all_threads, all_threads ? all : alone);
        nall += all_threads;
    }
    return nall;
}

static void test_the_first_run_uses_all(void **state) {
    (void)state;
    assert_true(pace_all_threads(&(pace){0}));
}

static void test_what_is_faster_is_used(void **state) {
    (void)state;
    pace p = {0};
    assert_in_range(run(&p, 320, 3.0, 2.0), 300, 316); /* not always, or a change would not be seen */
    p = (pace){0};
    assert_in_range(run(&p, 320, 3.0, 6.0), 4, 20);
}

static void test_a_core_that_is_taken_and_given_back(void **state) {
    (void)state;
    pace p = {0};
    run(&p, 100, 3.0, 2.0);
    assert_in_range(run(&p, 96, 3.0, 6.0), 4, 6); /* two of them tell, then one in 32 */
    assert_in_range(run(&p, 96, 3.0, 2.0), 60, 96);
    assert_in_range(run(&p, 96, 3.0, 2.0), 90, 96);
}

static void test_a_run_that_is_held_up(void **state) {
    (void)state;
    pace p = {0};
    run(&p, 70, 3.0, 2.0);
    run(&p, 1, 3.0, 50.0);
    assert_int_equal(run(&p, 20, 3.0, 2.0), 20);
}

int pace_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_run_uses_all),
        cmocka_unit_test(test_what_is_faster_is_used),
        cmocka_unit_test(test_a_core_that_is_taken_and_given_back),
        cmocka_unit_test(test_a_run_that_is_held_up),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
