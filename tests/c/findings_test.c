#include "findings/findings.h"

#include "fixture_model.h"
#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct judged {
    pneumoscope_findings findings;
    float logits[2], heatmap[9], bias;
    double score_of_means; /* of the last feature map, averaged here */
} judged;

static double score_of_means(judge *j, const network *n) {
    static float means[1280];
    for (size_t i = 0; i < 1280; i++) {
        means[i] = 0.0f;
        for (size_t place = 0; place < 9; place++)
            means[i] += network_features(n)[place * 1280 + i] / 9.0f;
    }
    return scope_score(&j->scope, means);
}

/* Makes a model of this kind, runs it on fixed noise and judges it. */
static judged run(const model_spec *spec) {
    judged out = {0};
    detail why;
    model m;
    judge j;
    network *n;
    bytes file = fixture_model(spec);
    if (model_open(&m, file.data, file.nbytes, &why) || network_create(&n, &m, &ops_fast, 1, &why) ||
        judge_open(&j, &m, network_nfeatures(n), NULL, &why))
        fail_msg("%s", why.text);
    uint32_t seed = 11;
    for (size_t i = 0; i < 96 * 96 * m.nchannels; i++)
        ((float *)network_input(n))[i] = fixture_noise(&seed);
    network_run(n);
    assert_int_equal(
        judge_film(&j, n, &(film_facts){.width = 96, .height = 96, .bits = 8, .input_side = 96}, &out.findings, &why),
        PNEUMOSCOPE_OK);
    judge_heatmap(&j, n, out.heatmap);
    out.score_of_means = score_of_means(&j, n);
    for (uint32_t c = 0; c < m.nclasses; c++)
        out.logits[c] = network_logits(n)[c];
    out.bias = network_classifier_bias(n, j.pneumonia) - (m.nclasses == 2 ? network_classifier_bias(n, j.other) : 0.0f);
    judge_close(&j);
    network_destroy(n);
    model_close(&m);
    free(file.data);
    return out;
}

static void test_probability_and_log_odds(void **state) {
    (void)state;
    judged plain = run(&(model_spec){0});
    float logit = plain.logits[1] - plain.logits[0];
    assert_true(fabsf(plain.findings.logit - logit) < 1e-6f);
    assert_true(fabsf(plain.findings.probability - 1.0f / (1.0f + expf(-logit))) < 1e-6f);

    judged swapped = run(&(model_spec){.classes = "[\\\"pneumonia\\\", \\\"normal\\\"]"});
    assert_true(fabsf(swapped.findings.logit + logit) < 1e-6f);

    judged single = run(&(model_spec){.nclasses = 1, .classes = "[\\\"pneumonia\\\"]"});
    assert_true(fabsf(single.findings.logit - single.logits[0]) < 1e-6f);

    judged platt = run(&(model_spec){.metadata = ", \"calibration_scale\": \"0.5\", \"calibration_bias\": \"-0.25\""});
    assert_true(fabsf(platt.findings.logit - logit) < 1e-6f);
    assert_true(fabsf(platt.findings.probability - 1.0f / (1.0f + expf(0.25f - 0.5f * logit))) < 1e-6f);
}

static void test_threshold_decides(void **state) {
    (void)state;
    double probability = (double)run(&(model_spec){0}).findings.probability;
    for (int above = 0; above < 2; above++) {
        char threshold[32];
        snprintf(threshold, sizeof threshold, "%.6f", probability + (above ? 1e-4 : -1e-4));
        pneumoscope_findings findings = run(&(model_spec){.threshold = threshold}).findings;
        assert_int_equal(findings.decision, above ? PNEUMOSCOPE_NORMAL : PNEUMOSCOPE_PNEUMONIA);
        assert_true(fabs((double)findings.threshold - atof(threshold)) < 1e-6);
    }
}

static void test_scope_is_judged_by_the_global_averages(void **state) {
    (void)state;
    judged out = run(&(model_spec){.scope_directions = 3, .metadata = ", \"scope_limit\": \"1\""});
    assert_true(fabs((double)out.findings.scope_score / out.score_of_means - 1) < 1e-4);
    assert_true(isnan(run(&(model_spec){0}).findings.scope_score));
}

/* The map is exact: averaged over its places, plus the bias, it is the log-odds again. */
/* probability, decision, at the threshold 0.5 and the band given */
static void assert_rule(float low, float high, float probability, pneumoscope_decision expected) {
    pneumoscope_findings f = {
        .probability = probability, .threshold = 0.5f, .uncertain_low = low, .uncertain_high = high};
    if (judge_rule(&f) != expected)
        fail_msg("%.9g in the band %g to %g: decision %d, not %d", (double)probability, (double)low, (double)high,
                 (int)judge_rule(&f), (int)expected);
    for (uint32_t reason = PNEUMOSCOPE_SCOPE_BLANK; reason <= PNEUMOSCOPE_SCOPE_UNLIKE_TRAINING; reason++) {
        f.scope_reasons = reason;
        assert_int_equal(judge_rule(&f), PNEUMOSCOPE_OUT_OF_SCOPE);
    }
}

/* Every boundary belongs to what lies above it: on it, and as little below it as a float can be. */
static void test_rule_at_its_boundaries(void **state) {
    (void)state;
    const pneumoscope_decision N = PNEUMOSCOPE_NORMAL, P = PNEUMOSCOPE_PNEUMONIA, U = PNEUMOSCOPE_UNCERTAIN;
    const struct {
        float low, high;
        pneumoscope_decision below_low, from_low, below_threshold, from_threshold, below_high, from_high;
    } cases[] = {
        {0.25f, 0.75f, N, U, U, U, U, P}, {0.5f, 0.75f, N, U, N, U, U, P}, {0.25f, 0.5f, N, U, U, P, U, P},
        {0.5f, 0.5f, N, P, N, P, N, P},   {0.0f, 1.0f, U, U, U, U, U, P},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        float low = cases[i].low, high = cases[i].high;
        assert_rule(low, high, nextafterf(low, 0.0f), cases[i].below_low);
        assert_rule(low, high, low, cases[i].from_low);
        assert_rule(low, high, nextafterf(0.5f, 0.0f), cases[i].below_threshold);
        assert_rule(low, high, 0.5f, cases[i].from_threshold);
        assert_rule(low, high, nextafterf(high, 0.0f), cases[i].below_high);
        assert_rule(low, high, high, cases[i].from_high);
    }
}

static void test_heatmap_adds_up_to_the_logit(void **state) {
    (void)state;
    const model_spec specs[] = {{0}, {.nclasses = 1, .classes = "[\\\"pneumonia\\\"]"}};
    for (size_t i = 0; i < 2; i++) {
        judged out = run(&specs[i]);
        float sum = 0.0f, least = out.heatmap[0], most = out.heatmap[0];
        for (size_t place = 0; place < 9; place++) {
            sum += out.heatmap[place];
            least = fminf(least, out.heatmap[place]);
            most = fmaxf(most, out.heatmap[place]);
        }
        assert_true(fabsf(sum / 9 + out.bias - out.findings.logit) < 1e-4f);
        assert_true(most - least > 1e-3f);
    }
}

static void test_refusals(void **state) {
    (void)state;
    static const header_change cases[] = {
        {"\"classes\":", "\"klasses\":", PNEUMOSCOPE_BAD_MODEL, "lack \"classes\""},
        {"[\\\"normal\\\", \\\"pneumonia\\\"]", "normal, pneumonia", PNEUMOSCOPE_UNSUPPORTED_MODEL,
         "normal, pneumonia"},
        {"[\\\"normal\\\", \\\"pneumonia\\\"]", "[\\\"cat\\\", \\\"dog\\\"]", PNEUMOSCOPE_UNSUPPORTED_MODEL, "cat"},
        {"[\\\"normal\\\", \\\"pneumonia\\\"]", "[\\\"pneumonia\\\"]", PNEUMOSCOPE_UNSUPPORTED_MODEL, "for 2 logits"},
        {"[\\\"normal\\\", \\\"pneumonia\\\"]", "{}", PNEUMOSCOPE_UNSUPPORTED_MODEL, "for 2 logits"},
        {"\"threshold\":", "\"treshold\":", PNEUMOSCOPE_BAD_MODEL, "threshold"},
        {"\"threshold\": \"0.5\"", "\"threshold\": \"1.5\"", PNEUMOSCOPE_BAD_MODEL, "from 0 to 1"},
        {"\"name\": \"test\"", "\"calibration_scale\": \"0\"", PNEUMOSCOPE_BAD_MODEL, "calibration_scale"},
        {"\"name\": \"test\"", "\"calibration_bias\": \"inf\"", PNEUMOSCOPE_BAD_MODEL, "calibration_bias"},
    };
    bytes good = fixture_model(&(model_spec){0});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        detail why;
        model m;
        judge j;
        bytes file = fixture_replaced(good, cases[i].find, cases[i].replacement);
        assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
        assert_refused(judge_open(&j, &m, 1280, NULL, &why), cases[i].status, why.text, cases[i].part);
        model_close(&m);
        free(file.data);
    }
    free(good.data);
}

int findings_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probability_and_log_odds),
        cmocka_unit_test(test_threshold_decides),
        cmocka_unit_test(test_rule_at_its_boundaries),
        cmocka_unit_test(test_scope_is_judged_by_the_global_averages),
        cmocka_unit_test(test_heatmap_adds_up_to_the_logit),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
