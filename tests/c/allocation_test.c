/* What memory is taken when, and what happens when there is none: every single allocation is made to fail once. */
#include "pneumoscope.h"

#include "counting_allocator.h"
#include "fixture_image.h"
#include "fixture_model.h"
#include "tests.h"

#include <stdlib.h>

static const pneumoscope_options with_view = {.nthreads = 1, .view_side = 64};

static pneumoscope *make(bytes file) {
    pneumoscope *p;
    if (pneumoscope_create(&p, file.data, file.nbytes, &with_view))
        fail_msg("%s", pneumoscope_last_detail(p));
    return p;
}

static void test_every_allocation_of_create_fails_once(void **state) {
    (void)state;
    const model_spec specs[] = {{.half = true},
                                {.batch_norm = true},
                                {.int8 = true},
                                {.scope_directions = 3,
                                 .metadata = ", \"scope_limit\": \"9\", \"operating_points\": "
                                             "\"[{\\\"name\\\": \\\"a\\\", \\\"threshold\\\": 0.5}]\""}};
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        bytes file = fixture_model(&specs[i]);
        long live = live_allocations(), nfailures = 0;
        for (;; nfailures++) {
            pneumoscope *p = NULL;
            fail_allocation(nfailures + 1);
            pneumoscope_status status = pneumoscope_create(&p, file.data, file.nbytes, &with_view);
            fail_allocation(0);
            if (status == PNEUMOSCOPE_OK) {
                pneumoscope_destroy(p);
                break;
            }
            assert_refused(status, PNEUMOSCOPE_NO_MEMORY, pneumoscope_last_detail(p), "memory");
            pneumoscope_destroy(p);
            assert_int_equal(live_allocations(), live);
        }
        assert_int_equal(live_allocations(), live);
        assert_true(nfailures > 100); /* 52 operators, or 35 in eight bits, each with packed weights */
        free(file.data);
    }
}

static void test_every_allocation_of_read_fails_once(void **state) {
    (void)state;
    bytes model = fixture_model(&(model_spec){.half = true});
    pneumoscope *p = make(model);
    size_t nbytes;
    uint8_t *png = fixture_png_grey(150, 120, 8, &nbytes);
    pneumoscope_findings f;
    assert_int_equal(pneumoscope_read(p, png, nbytes, &f), PNEUMOSCOPE_OK);
    float logit = f.logit;
    long live = live_allocations(), before = all_allocations(), nrefused = 0;
    assert_int_equal(pneumoscope_read(p, png, nbytes, &f), PNEUMOSCOPE_OK);
    for (long n = all_allocations() - before; n > 0; n--) {
        fail_allocation(n);
        pneumoscope_status status = pneumoscope_read(p, png, nbytes, &f);
        fail_allocation(0);
        assert_int_equal(live_allocations(), live);
        if (status) { /* stb_image can do without some, which it takes to see whether a PNG is a JPEG */
            assert_refused(status, PNEUMOSCOPE_NO_MEMORY, pneumoscope_last_detail(p), "memory");
            nrefused++;
            assert_int_equal(pneumoscope_read(p, png, nbytes, &f), PNEUMOSCOPE_OK);
        }
        assert_true(f.logit == logit);
    }
    assert_true(nrefused >= 3); /* compressed data, inflated data, picture */
    free(png);
    pneumoscope_destroy(p);
    free(model.data);
}

/* Samples that the caller lends need no memory at all; a file needs what decoding it takes, and gives it back. */
static void test_1000_reads_leave_the_heap_where_it_was(void **state) {
    (void)state;
    bytes model = fixture_model(&(model_spec){.half = true});
    pneumoscope *p = make(model);
    size_t nbytes[4];
    uint8_t *films[4];
    for (uint32_t i = 0; i < 4; i++)
        films[i] = fixture_png_grey(97 + 31 * i, 140 - 13 * i, i % 2 ? 16 : 8, &nbytes[i]);
    pneumoscope_findings f;
    long live = live_allocations();
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(pneumoscope_read(p, films[i % 4], nbytes[i % 4], &f), PNEUMOSCOPE_OK);
        assert_int_equal(live_allocations(), live);
    }
    long all = all_allocations();
    const uint16_t grey[4] = {0, 80, 160, 255};
    assert_int_equal(pneumoscope_read_grey(p, grey, 2, 2, 8, &f), PNEUMOSCOPE_OK);
    assert_int_equal(all_allocations(), all);
    for (uint32_t i = 0; i < 4; i++)
        free(films[i]);
    pneumoscope_destroy(p);
    free(model.data);
}

int allocation_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_of_create_fails_once),
        cmocka_unit_test(test_every_allocation_of_read_fails_once),
        cmocka_unit_test(test_1000_reads_leave_the_heap_where_it_was),
    };
    return cmocka_run_group_tests_name("allocation", tests, NULL, NULL);
}
