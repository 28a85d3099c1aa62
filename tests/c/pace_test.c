#include "network/pace.h"

#include "tests.h"

/* Milliseconds of a run on one thread, and what all threads make of it. */
typedef struct machine {
    double alone, all_threads;
} machine;

/* How many of n runs on the machine use all threads. */
static size_t run(pace *p, size_t n, machine m) {
    size_t nall = 0;
    for (size_t i = 0; i < n; i++) {
        const bool all = pace_next(p);
        pace_note(p, all, m.alone * (all ? m.all_threads : 1));
        nall += all;
    }
    return nall;
}

static const machine free_cores = {3.0, 0.7}, busy_core = {3.0, 2.0};

static void test_without_a_choice(void **state) {
    (void)state;
    assert_int_equal(run(&(pace){0}, 100, busy_core), 100);
}

static void test_the_first_run(void **state) {
    (void)state;
    assert_true(pace_next(&(pace){.has_choice = true}));
}

static void test_faster_threads_are_used(void **state) {
    (void)state;
    pace p = {.has_choice = true};
    assert_in_range(run(&p, 320, free_cores), 300, 316); /* not always, or a change would not be seen */
    p = (pace){.has_choice = true};
    assert_in_range(run(&p, 320, busy_core), 12, 30);
    assert_in_range(run(&p, 3200, busy_core), 40, 60);
}

static void test_a_core_that_is_taken_and_given_back(void **state) {
    (void)state;
    pace p = {.has_choice = true};
    run(&p, 1000, free_cores);
    assert_in_range(run(&p, 100, busy_core), 4, 18); /* four of them tell, then there are trials */
    assert_in_range(run(&p, 100, free_cores), 50, 100);
    assert_in_range(run(&p, 100, free_cores), 90, 100);
}

static void test_a_run_that_is_held_up(void **state) {
    (void)state;
    pace p = {.has_choice = true};
    run(&p, 70, free_cores);
    const bool alone = p.alone;
    run(&p, 1, (machine){50.0, 1});
    run(&p, 20, free_cores);
    assert_true(!alone && !p.alone);
}

/* Threads that have slept need a run to come back: a trial is not over with that. */
static void test_threads_that_have_slept(void **state) {
    (void)state;
    pace p = {.has_choice = true};
    run(&p, 100, busy_core);
    bool had_all = false;
    for (size_t i = 0; i < 100; i++) {
        const bool all = pace_next(&p);
        pace_note(&p, all, !all ? 3.0 : had_all ? 2.0 : 9.0);
        had_all = all;
    }
    assert_true(!p.alone);
}

int pace_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_choice),        cmocka_unit_test(test_the_first_run),
        cmocka_unit_test(test_faster_threads_are_used), cmocka_unit_test(test_a_core_that_is_taken_and_given_back),
        cmocka_unit_test(test_a_run_that_is_held_up),   cmocka_unit_test(test_threads_that_have_slept),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
