#define _POSIX_C_SOURCE 200809L /* clock_gettime: the clock of C11 itself counts whole milliseconds in WebAssembly */

#include "pneumoscope.h"

#include "findings/findings.h"
#include "image/image.h"
#include "image/levels.h"
#include "image/prepare.h"
#include "model/model.h"
#include "network/network.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_THREADS = 64, MAX_VIEW_SIDE = 4096 };

struct pneumoscope {
    detail why;
    pneumoscope_options options;
    model model;
    judge judge;
    network *network; /* NULL: the handle only tells why it could not be made */
    float *heatmap;
    float *input;
    float *view_grey; /* f32[view_side][view_side]; NULL, as `view` is, without one */
    uint16_t *view;
    bool view_unwanted;
    void *scratch; /* of a resampling, or f32[input_side][input_side] */
};

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

const char *pneumoscope_version(void) { return PNEUMOSCOPE_VERSION; }

/* ---- lifecycle ---- */

static pneumoscope_status set_options(pneumoscope *p, const pneumoscope_options *given) {
    pneumoscope_options *o = &p->options;
    if (given)
        *o = *given;
    o->operating_point = NULL; /* the caller's; the judge knows which it is */
    o->nthreads = o->nthreads ? o->nthreads : 1;
    o->max_pixels = o->max_pixels ? o->max_pixels : 100000000;
    o->max_file_nbytes = o->max_file_nbytes ? o->max_file_nbytes : (size_t)256 << 20;
    if (o->nthreads > MAX_THREADS)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "%u threads were asked for; 1 to %d can be had.",
                           o->nthreads, MAX_THREADS);
    if (o->max_file_nbytes > INT_MAX)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT,
                           "A file limit of %zu bytes was given; at most %d is read.", o->max_file_nbytes, INT_MAX);
    if (o->view_side > MAX_VIEW_SIDE)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT,
                           "A view of %u pixels was asked for; at most %d can be had.", o->view_side, MAX_VIEW_SIDE);
    return PNEUMOSCOPE_OK;
}

/* Everything a reading needs but the decoded image. */
static pneumoscope_status allocate(pneumoscope *p) {
    size_t side = p->model.input_side, view = p->options.view_side, larger = view > side ? view : side;
    size_t feature_side = network_feature_side(p->network), input_nbytes = side * side * sizeof *p->input;
    size_t resampling_nbytes = prepare_scratch_nbytes((uint32_t)larger);
    p->input = malloc(input_nbytes);
    p->heatmap = malloc(feature_side * feature_side * sizeof *p->heatmap);
    p->scratch = malloc(resampling_nbytes > input_nbytes ? resampling_nbytes : input_nbytes);
    p->view_grey = view ? malloc(view * view * sizeof *p->view_grey) : NULL;
    p->view = view ? malloc(view * view * sizeof *p->view) : NULL;
    if (!p->input || !p->heatmap || !p->scratch || (view && (!p->view_grey || !p->view)))
        return status_no_memory(&p->why, "the reader's buffers");
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status set_up(pneumoscope *p, const void *file, size_t nbytes, const char *operating_point) {
    pneumoscope_status status = model_open(&p->model, file, nbytes, &p->why);
    if (!status)
        status = network_create(&p->network, &p->model, &ops_engine, p->options.nthreads, &p->why);
    if (!status)
        status = judge_open(&p->judge, &p->model, network_nfeatures(p->network), operating_point, &p->why);
    if (!status)
        status = model_check_all_used(&p->model, &p->why);
    if (!status)
        status = allocate(p);
    return status;
}

static void tear_down(pneumoscope *p) {
    network_destroy(p->network);
    p->network = NULL;
    judge_close(&p->judge);
    model_close(&p->model);
    free(p->input);
    free(p->heatmap);
    free(p->scratch);
    free(p->view_grey);
    free(p->view);
}

pneumoscope_status pneumoscope_create(pneumoscope **out, const void *file, size_t nbytes,
                                      const pneumoscope_options *options) {
    if (!out)
        return PNEUMOSCOPE_BAD_ARGUMENT;
    pneumoscope *p = *out = calloc(1, sizeof *p);
    if (!p)
        return PNEUMOSCOPE_NO_MEMORY;
    pneumoscope_status status = set_options(p, options);
    if (!status && !file)
        status = status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "No model was given; a safetensors file is needed.");
    if (!status)
        status = set_up(p, file, nbytes, options ? options->operating_point : NULL);
    if (status)
        tear_down(p);
    else
        model_forget_weights(&p->model);
    return status;
}

void pneumoscope_destroy(pneumoscope *p) {
    if (!p)
        return;
    if (p->network)
        tear_down(p);
    free(p);
}

const char *pneumoscope_last_detail(const pneumoscope *p) {
    return p ? p->why.text : "There was no memory for a reader.";
}

const char *pneumoscope_last_reason(const pneumoscope *p) { return p && p->why.reason ? p->why.reason : ""; }

const char *pneumoscope_model_metadata(const pneumoscope *p, const char *key) {
    return p && p->network && key ? model_text(&p->model, key) : NULL;
}

const pneumoscope_operating_point *pneumoscope_operating_points(const pneumoscope *p, size_t *npoints) {
    size_t n = p && p->network ? p->judge.points.n : 0;
    if (npoints)
        *npoints = n;
    return n ? p->judge.points.list : NULL;
}

/* ---- reading ---- */

void pneumoscope_bring_view(pneumoscope *p, int wanted) {
    if (p)
        p->view_unwanted = !wanted;
}

/* The film upright, aspect kept, at most view_side long and never enlarged. */
static void make_view(pneumoscope *p, const image *windowed, pneumoscope_findings *out) {
    const image whole = image_whole(windowed), *film = &whole;
    uint32_t across = film->facts.width, down = film->facts.height, side = p->options.view_side;
    uint32_t longest = across > down ? across : down;
    double shrink = longest > side ? (double)side / longest : 1.0;
    uint32_t width = (uint32_t)(across * shrink + 0.5), height = (uint32_t)(down * shrink + 0.5);
    out->view_width = width ? width : 1;
    out->view_height = height ? height : 1;
    prepare_resample(film, out->view_width, out->view_height, p->view_grey, p->scratch);
    for (size_t i = 0; i < (size_t)out->view_width * out->view_height; i++)
        p->view[i] = (uint16_t)(image_share(film, p->view_grey[i]) * 65535.0f + 0.5f);
    out->view = p->view;
}

/* Whether the input spans less than a sixteenth of the grey range: the rule of models that do not stretch levels. */
static bool spans_little(const float *grey, size_t n) {
    float least = 1.0f, most = 0.0f;
    for (size_t i = 0; i < n; i++) {
        least = grey[i] < least ? grey[i] : least;
        most = grey[i] > most ? grey[i] : most;
    }
    return most - least < 1.0f / 16.0f;
}

/* A grey as a share of what the view shows, which is more than the film's window. */
static float in_view(const image *film, float grey) {
    return film->whole ? (float)(film->window_low + (double)grey * (film->window_high - film->window_low)) : grey;
}

/* The film's own grey range, where the model wants it to be all of it. Returns whether there is nothing to see. */
static bool set_levels(pneumoscope *p, const image *film, pneumoscope_findings *out) {
    size_t side = p->model.input_side, n = side * side;
    out->level_black = in_view(film, 0.0f);
    out->level_white = in_view(film, 1.0f);
    if (!p->model.stretches_levels) {
        for (size_t i = 0; i < n; i++)
            p->input[i] = image_share(film, p->input[i]);
        return spans_little(p->input, n);
    }
    levels l = levels_measure(p->input, n, p->scratch), whole = {-(float)film->base, (float)(film->white - film->base)};
    double step = (double)film->white / (double)((1u << film->bits) - 1);
    bool blank = levels_blank(p->input, side, l, step);
    levels_stretch(p->input, n, l.high > l.low ? l : whole);
    out->level_black = in_view(film, image_share(film, l.low));
    out->level_white = in_view(film, image_share(film, l.high));
    return blank;
}

/* Film -> the network's input, and the view. */
static film_facts prepare(pneumoscope *p, const image *film, pneumoscope_findings *out) {
    uint32_t side = p->model.input_side;
    prepare_resample(film, side, side, p->input, p->scratch);
    bool blank = set_levels(p, film, out);
    network_set_input(p->network, p->input);
    out->input = p->input;
    out->input_side = side;
    if (p->view && !p->view_unwanted)
        make_view(p, film, out);
    return (film_facts){.width = film->facts.width,
                        .height = film->facts.height,
                        .bits = film->bits,
                        .warnings = film->warnings,
                        .scope_reasons = film->scope_reasons,
                        .input_side = side,
                        .blank = blank};
}

static pneumoscope_status infer(pneumoscope *p, const film_facts *film, pneumoscope_findings *out) {
    network_run(p->network);
    judge_heatmap(&p->judge, p->network, p->heatmap);
    out->heatmap = p->heatmap;
    out->heatmap_side = network_feature_side(p->network);
    out->nthreads = network_nthreads(p->network);
    return judge_film(&p->judge, p->network, film, out, &p->why);
}

/* The pipeline from pixels on. */
static pneumoscope_status judge_image(pneumoscope *p, const image *film, double decode_ms, pneumoscope_findings *out) {
    double started = now_ms();
    film_facts facts = prepare(p, film, out);
    double prepared = now_ms();
    pneumoscope_status status = infer(p, &facts, out);
    out->decode_ms = (float)decode_ms;
    out->prepare_ms = (float)(prepared - started);
    out->infer_ms = (float)(now_ms() - prepared);
    return status;
}

static pneumoscope_status begin(pneumoscope *p) {
    if (!p)
        return PNEUMOSCOPE_BAD_ARGUMENT;
    p->why = (detail){0};
    if (!p->network)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "This reader could not be made; it reads nothing.");
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status begin_findings(pneumoscope *p, pneumoscope_findings *out) {
    pneumoscope_status status = begin(p);
    if (!status && !out)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "There is no place for the findings: NULL was given.");
    if (!status)
        *out = (pneumoscope_findings){0};
    return status;
}

struct pneumoscope_film {
    image image;
    double decode_ms;
};

static pneumoscope_status decode(pneumoscope *p, const void *file, size_t nbytes, pneumoscope_film *out) {
    if (!file)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "No file was given: NULL.");
    if (nbytes > p->options.max_file_nbytes)
        return status_fail(&p->why, PNEUMOSCOPE_IMAGE_TOO_LARGE, "The file has %zu bytes, more than the limit of %zu.",
                           nbytes, p->options.max_file_nbytes);
    double started = now_ms();
    pneumoscope_status status = image_decode(&out->image, file, nbytes, p->options.max_pixels, &p->why);
    out->decode_ms = now_ms() - started;
    return status;
}

pneumoscope_status pneumoscope_film_open(pneumoscope_film **out, pneumoscope *p, const void *file, size_t nbytes) {
    pneumoscope_status status = begin(p);
    if (!status && !out)
        status = status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "There is no place for the film: NULL was given.");
    if (out)
        *out = NULL;
    if (status)
        return status;
    pneumoscope_film *film = calloc(1, sizeof *film);
    if (!film)
        return status_no_memory(&p->why, "the film");
    status = decode(p, file, nbytes, film);
    if (status)
        free(film);
    else
        *out = film;
    return status;
}

void pneumoscope_film_close(pneumoscope_film *film) {
    if (film)
        image_free(&film->image);
    free(film);
}

const pneumoscope_film_facts *pneumoscope_film_describe(const pneumoscope_film *film) {
    return film ? &film->image.facts : NULL;
}

pneumoscope_status pneumoscope_film_picture(const pneumoscope_film *film, uint16_t *picture) {
    if (!film || !picture)
        return PNEUMOSCOPE_BAD_ARGUMENT;
    uint32_t width = film->image.facts.width, height = film->image.facts.height;
    size_t n = (size_t)width * height;
    float *grey = malloc(n * sizeof *grey);
    void *scratch = malloc(prepare_scratch_nbytes(width > height ? width : height));
    if (grey && scratch) {
        prepare_resample(&film->image, width, height, grey, scratch);
        for (size_t i = 0; i < n; i++)
            picture[i] = (uint16_t)(image_share(&film->image, grey[i]) * 65535.0f + 0.5f);
    }
    pneumoscope_status status = grey && scratch ? PNEUMOSCOPE_OK : PNEUMOSCOPE_NO_MEMORY;
    free(grey);
    free(scratch);
    return status;
}

pneumoscope_status pneumoscope_judge(pneumoscope *p, const pneumoscope_film *film, pneumoscope_findings *out) {
    pneumoscope_status status = begin_findings(p, out);
    if (!status && !film)
        status = status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "No film was given: NULL.");
    return status ? status : judge_image(p, &film->image, film->decode_ms, out);
}

pneumoscope_status pneumoscope_read(pneumoscope *p, const void *file, size_t nbytes, pneumoscope_findings *out) {
    pneumoscope_film film;
    pneumoscope_status status = begin_findings(p, out);
    if (!status)
        status = decode(p, file, nbytes, &film);
    if (status)
        return status;
    status = judge_image(p, &film.image, film.decode_ms, out);
    image_free(&film.image);
    return status;
}

pneumoscope_status pneumoscope_read_grey(pneumoscope *p, const uint16_t *grey, uint32_t width, uint32_t height,
                                         uint32_t bits, pneumoscope_findings *out) {
    image film;
    pneumoscope_status status = begin_findings(p, out);
    if (!status)
        status = image_lend(&film, grey, width, height, bits, p->options.max_pixels, &p->why);
    return status ? status : judge_image(p, &film, 0, out);
}
