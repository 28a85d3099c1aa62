#define _POSIX_C_SOURCE 200809L /* for clock_gettime: C11's own clock counts whole milliseconds in WebAssembly */

#include "reading.h"

#include "image/input.h"
#include "image/prepare.h"
#include "image/view.h"

#include <stdlib.h>
#include <time.h>

double reading_now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- lifecycle ---- */

static pneumoscope_status allocate(reading *r, detail *why) {
    size_t side = r->model.input_side, view = r->view_side, feature_side = network_feature_side(r->network);
    size_t of_input = input_scratch_nbytes((uint32_t)side), of_view = prepare_scratch_nbytes((uint32_t)view);
    r->input = malloc(side * side * sizeof *r->input);
    r->heatmap = malloc(feature_side * feature_side * sizeof *r->heatmap);
    r->scratch = malloc(of_input > of_view ? of_input : of_view);
    r->view_grey = view ? malloc(view * view * sizeof *r->view_grey) : NULL;
    r->view = view ? malloc(view * view * sizeof *r->view) : NULL;
    if (!r->input || !r->heatmap || !r->scratch || (view && (!r->view_grey || !r->view)))
        return status_no_memory(why, "the reader's buffers");
    return PNEUMOSCOPE_OK;
}

pneumoscope_status reading_open(reading *r, const void *model_file, size_t nbytes, uint32_t nthreads,
                                uint32_t view_side, const char *operating_point, detail *why) {
    *r = (reading){.view_side = view_side};
    pneumoscope_status status = model_open(&r->model, model_file, nbytes, why);
    if (!status)
        status = network_create(&r->network, &r->model, ops_backend(), nthreads, why);
    if (!status)
        status = judge_open(&r->judge, &r->model, network_nfeatures(r->network), operating_point, why);
    if (!status)
        status = model_check_all_used(&r->model, why);
    if (!status)
        status = allocate(r, why);
    if (status)
        reading_close(r);
    else
        model_forget_weights(&r->model);
    return status;
}

void reading_close(reading *r) {
    network_destroy(r->network);
    judge_close(&r->judge);
    model_close(&r->model);
    free(r->input);
    free(r->heatmap);
    free(r->scratch);
    free(r->view_grey);
    free(r->view);
    *r = (reading){0};
}

/* ---- judging ---- */

static const double LEAST_SHARE_IN_WINDOW = 2.0 / 3; /* with less, pictures cut to the window had other answers */

static void make_view(reading *r, const image *unwindowed, pneumoscope_findings *out) {
    view_size(unwindowed, r->view_side, &out->view_width, &out->view_height);
    view_draw(unwindowed, out->view_width, out->view_height, r->view, r->view_grey, r->scratch);
    out->view = r->view;
}

/* Whether a film's window leaves out many of the greys that the network saw. */
static bool leaves_many_out(const image *film, input_levels seen) {
    const double black = (double)seen.black, white = (double)seen.white;
    const double from = film->window_low > black ? film->window_low : black;
    const double to = film->window_high < white ? film->window_high : white;
    return film->unwindowed && to - from < LEAST_SHARE_IN_WINDOW * (white - black);
}

/* From a film to the network's input and to the view. Both use all the film's values, because its window is a matter of
 * taste. */
static input_levels prepare(reading *r, const image *film, pneumoscope_findings *out) {
    const image unwindowed = image_unwindowed(film);
    uint32_t side = r->model.input_side;
    input_levels seen = input_make(&unwindowed, side, r->model.stretches_levels, r->input, r->scratch);
    network_set_input(r->network, r->input);
    out->input = r->input;
    out->input_side = side;
    out->level_black = film->unwindowed ? (float)film->window_low : seen.black;
    out->level_white = film->unwindowed ? (float)film->window_high : seen.white;
    if (r->view && !r->skips_view)
        make_view(r, &unwindowed, out);
    return seen;
}

static pneumoscope_status infer(reading *r, const image *film, input_levels seen, pneumoscope_findings *out,
                                detail *why) {
    const film_facts facts = {
        .width = film->facts.width,
        .height = film->facts.height,
        .bits = film->bits,
        .warnings = film->warnings | (leaves_many_out(film, seen) ? (uint32_t)PNEUMOSCOPE_WARNING_WINDOW : 0u),
        .scope_reasons = film->scope_reasons | (seen.surrounded ? (uint32_t)PNEUMOSCOPE_SCOPE_SURROUND : 0u),
        .input_side = r->model.input_side,
        .blank = seen.blank,
        .age_years = film->facts.age_years,
        .reads_anyway = r->reads_anyway};
    network_run(r->network);
    judge_heatmap(&r->judge, r->network, r->heatmap);
    out->heatmap = r->heatmap;
    out->heatmap_side = network_feature_side(r->network);
    out->nthreads = network_nthreads(r->network);
    return judge_film(&r->judge, r->network, &facts, out, why);
}

pneumoscope_status reading_judge(reading *r, const image *film, double decode_ms, pneumoscope_findings *out,
                                 detail *why) {
    double started = reading_now_ms();
    input_levels seen = prepare(r, film, out);
    double prepared = reading_now_ms();
    pneumoscope_status status = infer(r, film, seen, out, why);
    out->decode_ms = (float)decode_ms;
    out->prepare_ms = (float)(prepared - started);
    out->infer_ms = (float)(reading_now_ms() - prepared);
    return status;
}
