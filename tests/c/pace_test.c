#include "network/pace.h"

#include "tests.h"

/* Milliseconds of a run on one thread with wide sums; what all threads and narrow sums make of them. */
typedef struct machine {
    double alone, all_threads, narrow_sums;
} machine;

typedef struct counts {
    size_t all_threads, narrow_sums;
} counts;

/* How many of n runs on the machine use all threads, and how many narrow sums. */
static counts run(pace *p, size_t n, machine m) {
    counts c = {0};
    for (size_t i = 0; i < n; i++) {
        const way next = pace_next(p);
        pace_note(p, next, m.alone * (next.all_threads ? m.all_threads : 1) * (next.narrow_sums ? m.narrow_sums : 1));
        c.all_threads += next.all_threads;
        c.narrow_sums += next.narrow_sums;
    }
    return c;
}

static const machine free_cores = {3.0, 0.7, 1.6}, busy_core = {3.0, 2.0, 1.6}, without_vnni = {6.0, 0.7, 0.8};

static void test_without_a_choice(void **state) {
    (void)state;
    const counts c = run(&(pace){0}, 100, without_vnni);
    assert_int_equal(c.all_threads, 100);
    assert_int_equal(c.narrow_sums, 0);
}

static void test_the_first_run(void **state) {
    (void)state;
    const way first = pace_next(&(pace){.has_threads = true, .has_narrow_sums = true});
    assert_true(first.all_threads && !first.narrow_sums);
}

static void test_faster_threads_are_used(void **state) {
    (void)state;
    pace p = {.has_threads = true};
    assert_in_range(run(&p, 320, free_cores).all_threads, 300, 316); /* not always, or a change would not be seen */
    p = (pace){.has_threads = true};
    assert_in_range(run(&p, 320, busy_core).all_threads, 12, 30);
    assert_in_range(run(&p, 3200, busy_core).all_threads, 40, 60);
}

static void test_a_core_that_is_taken_and_given_back(void **state) {
    (void)state;
    pace p = {.has_threads = true};
    run(&p, 1000, free_cores);
    assert_in_range(run(&p, 100, busy_core).all_threads, 4, 18); /* four of them tell, then there are trials */
    assert_in_range(run(&p, 100, free_cores).all_threads, 50, 100);
    assert_in_range(run(&p, 100, free_cores).all_threads, 90, 100);
}

static void test_a_run_that_is_held_up(void **state) {
    (void)state;
    pace p = {.has_threads = true};
    run(&p, 70, free_cores);
    const bool alone = p.alone;
    run(&p, 1, (machine){50.0, 1, 1});
    run(&p, 20, free_cores);
    assert_true(!alone && !p.alone);
}

/* Threads that have slept need a run to come back: a trial is not over with that. */
static void test_threads_that_have_slept(void **state) {
    (void)state;
    pace p = {.has_threads = true};
    run(&p, 100, busy_core);
    bool had_all = false;
    for (size_t i = 0; i < 100; i++) {
        const way next = pace_next(&p);
        pace_note(&p, next, !next.all_threads ? 3.0 : had_all ? 2.0 : 9.0);
        had_all = next.all_threads;
    }
    assert_true(!p.alone);
}

static void test_faster_sums_are_used(void **state) {
    (void)state;
    const machine machines[] = {free_cores, busy_core, without_vnni};
    for (size_t i = 0; i < 6; i++) {
        pace p = {.has_threads = i % 2, .has_narrow_sums = true};
        run(&p, 16, machines[i / 2]);
        const size_t nnarrow = run(&p, 640, machines[i / 2]).narrow_sums;
        assert_int_equal(i / 2 == 2 ? 640 - nnarrow : nnarrow, 10);
    }
}

/* A compiler that was late with the narrow sums, whose first runs were slow for that. */
static void test_sums_that_become_faster(void **state) {
    (void)state;
    pace p = {.has_narrow_sums = true};
    run(&p, 20, (machine){6.0, 1, 3});
    run(&p, 64, without_vnni);
    assert_in_range(run(&p, 64, without_vnni).narrow_sums, 62, 63);
}

int pace_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_choice),        cmocka_unit_test(test_the_first_run),
        cmocka_unit_test(test_faster_threads_are_used), cmocka_unit_test(test_a_core_that_is_taken_and_given_back),
        cmocka_unit_test(test_a_run_that_is_held_up),   cmocka_unit_test(test_threads_that_have_slept),
        cmocka_unit_test(test_faster_sums_are_used),    cmocka_unit_test(test_sums_that_become_faster),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
