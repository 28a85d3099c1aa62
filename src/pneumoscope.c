/* The public functions. They check the callers' arguments; image/ and reading.c do the work. */
#include "pneumoscope.h"

#include "image/decode.h"
#include "image/prepare.h"
#include "image/view.h"
#include "reading.h"

#include <limits.h>
#include <stdlib.h>

struct pneumoscope {
    detail why;
    pneumoscope_options options;
    reading reading; /* if it is not open, the handle only tells why */
};

struct pneumoscope_film {
    image_file file;
    image image; /* has no samples until it is decoded */
    double decode_ms;
};

const char *pneumoscope_version(void) { return PNEUMOSCOPE_VERSION; }

/* ---- lifecycle ---- */

static pneumoscope_status set_options(pneumoscope *p, const pneumoscope_options *given) {
    pneumoscope_options *o = &p->options;
    if (given)
        *o = *given;
    o->operating_point = NULL; /* the caller's; the judge knows which it is */
    o->nthreads = o->nthreads ? o->nthreads : 1;
    o->max_pixels = o->max_pixels ? o->max_pixels : (uint64_t)PNEUMOSCOPE_DEFAULT_MAX_MEGAPIXELS * 1000000;
    o->max_file_nbytes = o->max_file_nbytes ? o->max_file_nbytes : (size_t)PNEUMOSCOPE_DEFAULT_MAX_FILE_MIB << 20;
    if (o->nthreads > PNEUMOSCOPE_MAX_THREADS)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "%u threads were asked for; 1 to %d are possible.",
                           o->nthreads, PNEUMOSCOPE_MAX_THREADS);
    if (o->max_file_nbytes > INT_MAX)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT,
                           "A file limit of %zu bytes was given; at most %d is read.", o->max_file_nbytes, INT_MAX);
    if (o->view_side > PNEUMOSCOPE_MAX_VIEW_SIDE)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT,
                           "A view of %u pixels was asked for; at most %d are possible.", o->view_side,
                           PNEUMOSCOPE_MAX_VIEW_SIDE);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status pneumoscope_create(pneumoscope **out, const void *model_file, size_t nbytes,
                                      const pneumoscope_options *options) {
    if (!out)
        return PNEUMOSCOPE_BAD_ARGUMENT;
    pneumoscope *p = *out = calloc(1, sizeof *p);
    if (!p)
        return PNEUMOSCOPE_NO_MEMORY;
    pneumoscope_status status = set_options(p, options);
    if (!status && !model_file)
        status = status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "No model was given; a safetensors file is needed.");
    if (!status)
        status = reading_open(&p->reading, model_file, nbytes, p->options.nthreads, p->options.view_side,
                              options ? options->operating_point : NULL, &p->why);
    return status;
}

void pneumoscope_destroy(pneumoscope *p) {
    if (p)
        reading_close(&p->reading);
    free(p);
}

static bool is_open(const pneumoscope *p) { return p && p->reading.network; }

const char *pneumoscope_last_detail(const pneumoscope *p) {
    return p ? p->why.text : "There was no memory for a reader.";
}

const char *pneumoscope_last_reason(const pneumoscope *p) { return p ? status_reason_word(p->why.reason) : ""; }

const char *pneumoscope_model_metadata(const pneumoscope *p, const char *key) {
    return is_open(p) && key ? model_text(&p->reading.model, key) : NULL;
}

const pneumoscope_operating_point *pneumoscope_operating_points(const pneumoscope *p, size_t *npoints) {
    return pneumoscope_rule_of(p, PNEUMOSCOPE_PATIENT_UNKNOWN, NULL, npoints);
}

const pneumoscope_operating_point *pneumoscope_rule_of(const pneumoscope *p, pneumoscope_patient patient,
                                                       float calibration[2], size_t *npoints) {
    const rule *by = is_open(p) && (unsigned)patient < NPATIENTS ? &p->reading.judge.rules.of[patient] : NULL;
    by = by && by->given ? by : NULL;
    if (npoints)
        *npoints = by ? by->points.n : 0;
    if (by && calibration) {
        calibration[0] = by->calibration_scale;
        calibration[1] = by->calibration_bias;
    }
    return by ? by->points.list : NULL;
}

void pneumoscope_bring_view(pneumoscope *p, int wanted) {
    if (p)
        p->reading.skips_view = !wanted;
}

pneumoscope_status pneumoscope_set_patient(pneumoscope *p, pneumoscope_patient patient) {
    if (!p || (unsigned)patient >= NPATIENTS)
        return PNEUMOSCOPE_BAD_ARGUMENT;
    p->reading.judge.patient = patient;
    return PNEUMOSCOPE_OK;
}

void pneumoscope_read_anyway(pneumoscope *p, int wanted) {
    if (p)
        p->reading.reads_anyway = wanted != 0;
}

/* ---- checks ---- */

static pneumoscope_status begin(pneumoscope *p) {
    if (!p)
        return PNEUMOSCOPE_BAD_ARGUMENT;
    p->why = (detail){0};
    if (!is_open(p))
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

static pneumoscope_status check_file(pneumoscope *p, const void *file, size_t nbytes) {
    if (!file)
        return status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "No file was given: NULL.");
    if (nbytes > p->options.max_file_nbytes)
        return status_refuse(&p->why, PNEUMOSCOPE_IMAGE_TOO_LARGE, PNEUMOSCOPE_REASON_TOO_LARGE,
                             "The file has %zu bytes, more than the limit of %zu.", nbytes, p->options.max_file_nbytes);
    return PNEUMOSCOPE_OK;
}

/* ---- films ---- */

static pneumoscope_status open_film(pneumoscope *p, pneumoscope_film *film, const void *file, size_t nbytes) {
    pneumoscope_status status = check_file(p, file, nbytes);
    double started = reading_now_ms();
    if (!status)
        status = image_file_open(&film->file, file, nbytes, p->options.max_pixels, &p->why);
    film->decode_ms = reading_now_ms() - started;
    return status;
}

static pneumoscope_status decode_film(pneumoscope *p, pneumoscope_film *film) {
    double started = reading_now_ms();
    pneumoscope_status status = image_file_decode(&film->image, &film->file, &p->why);
    film->decode_ms += reading_now_ms() - started;
    if (status != PNEUMOSCOPE_NEEDS_CODECS)
        image_file_close(&film->file);
    return status;
}

static void close_film(pneumoscope_film *film) {
    image_file_close(&film->file);
    image_free(&film->image);
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
    status = open_film(p, film, file, nbytes);
    if (!status)
        status = decode_film(p, film);
    if (status && status != PNEUMOSCOPE_NEEDS_CODECS)
        free(film);
    else
        *out = film;
    return status;
}

pneumoscope_status pneumoscope_film_resume(pneumoscope_film *film, pneumoscope *p) {
    pneumoscope_status status = begin(p);
    if (!status && (!film || !film->file.kind))
        status = status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "There is no film that waits for its decoder.");
    return status ? status : decode_film(p, film);
}

void pneumoscope_film_close(pneumoscope_film *film) {
    if (film)
        close_film(film);
    free(film);
}

static bool is_decoded(const pneumoscope_film *film) { return film && film->image.samples; }

const pneumoscope_film_facts *pneumoscope_film_describe(const pneumoscope_film *film) {
    return is_decoded(film) ? &film->image.facts : NULL;
}

const pneumoscope_film_origin *pneumoscope_film_origin_of(const pneumoscope_film *film) {
    return is_decoded(film) ? &film->image.origin : NULL;
}

pneumoscope_status pneumoscope_film_picture(const pneumoscope_film *film, uint16_t *picture) {
    if (!is_decoded(film) || !picture)
        return PNEUMOSCOPE_BAD_ARGUMENT;
    uint32_t width = film->image.facts.width, height = film->image.facts.height;
    float *grey = malloc((size_t)width * height * sizeof *grey);
    void *scratch = malloc(prepare_scratch_nbytes(width > height ? width : height));
    if (grey && scratch)
        view_draw(&film->image, width, height, picture, grey, scratch);
    pneumoscope_status status = grey && scratch ? PNEUMOSCOPE_OK : PNEUMOSCOPE_NO_MEMORY;
    free(grey);
    free(scratch);
    return status;
}

/* ---- findings ---- */

pneumoscope_status pneumoscope_judge(pneumoscope *p, const pneumoscope_film *film, pneumoscope_findings *out) {
    pneumoscope_status status = begin_findings(p, out);
    if (!status && !is_decoded(film))
        status = status_fail(&p->why, PNEUMOSCOPE_BAD_ARGUMENT, "No film was given: %s.",
                             film ? "it is not decoded" : "NULL");
    return status ? status : reading_judge(&p->reading, &film->image, film->decode_ms, out, &p->why);
}

pneumoscope_status pneumoscope_read(pneumoscope *p, const void *file, size_t nbytes, pneumoscope_findings *out) {
    pneumoscope_film film = {0};
    pneumoscope_status status = begin_findings(p, out);
    if (!status)
        status = open_film(p, &film, file, nbytes);
    if (!status)
        status = decode_film(p, &film);
    if (!status)
        status = reading_judge(&p->reading, &film.image, film.decode_ms, out, &p->why);
    close_film(&film);
    return status;
}

pneumoscope_status pneumoscope_read_grey(pneumoscope *p, const uint16_t *grey, uint32_t width, uint32_t height,
                                         uint32_t bits, pneumoscope_findings *out) {
    image film;
    pneumoscope_status status = begin_findings(p, out);
    if (!status)
        status = image_lend(&film, grey, width, height, bits, p->options.max_pixels, &p->why);
    return status ? status : reading_judge(&p->reading, &film, 0, out, &p->why);
}
