/* The functions that JavaScript calls. It holds readers and films by their addresses, and asks how the last call ended.
 * web/worker/engine.js is the other side. It reads structs from this module's memory; contract_layout.h asserts their
 * offsets. */
#include "pneumoscope.h"

#include "contract_layout.h"

#include <emscripten/emscripten.h>

static pneumoscope_findings findings;
static pneumoscope_status last_status;

/* The findings of the last judgement, or NULL if it failed. */
static const pneumoscope_findings *judged(pneumoscope_status status) {
    last_status = status;
    return status == PNEUMOSCOPE_OK ? &findings : NULL;
}

/* web/contract/generate.js makes the number of the words, structs and calls that both sides must share. An engine of
 * another version has another number, or lacks this call. */
EMSCRIPTEN_KEEPALIVE uint32_t wasm_contract(void) { return CONTRACT_MARK; }

EMSCRIPTEN_KEEPALIVE const char *wasm_code(void) { return pneumoscope_status_string(last_status); }
EMSCRIPTEN_KEEPALIVE int wasm_failed(void) { return last_status != PNEUMOSCOPE_OK; }
EMSCRIPTEN_KEEPALIVE const char *wasm_reason(const pneumoscope *p) { return pneumoscope_last_reason(p); }
EMSCRIPTEN_KEEPALIVE const char *wasm_detail(const pneumoscope *p) { return pneumoscope_last_detail(p); }

/* max_megapixels and max_file_mib: 0 means the library's default. view_side: 0 means no view. operating_point may be
 * NULL. After a failure the result only tells why. */
EMSCRIPTEN_KEEPALIVE pneumoscope *wasm_create(const void *model, size_t model_nbytes, uint32_t nthreads,
                                              double max_megapixels, double max_file_mib, uint32_t view_side,
                                              const char *operating_point) {
    const pneumoscope_options options = {.nthreads = nthreads,
                                         .max_pixels = (uint64_t)(max_megapixels * 1e6),
                                         .max_file_nbytes = (size_t)(max_file_mib * 1048576.0),
                                         .view_side = view_side,
                                         .operating_point = operating_point};
    pneumoscope *made;
    last_status = pneumoscope_create(&made, model, model_nbytes, &options);
    return made;
}

/* NULL if the film was refused. If wasm_film_waits, the film needs its decoder first: the caller keeps the file's bytes
 * in place and calls wasm_film_resume. */
EMSCRIPTEN_KEEPALIVE pneumoscope_film *wasm_film_open(pneumoscope *p, const void *file, size_t file_nbytes) {
    pneumoscope_film *film;
    last_status = pneumoscope_film_open(&film, p, file, file_nbytes);
    return film;
}

EMSCRIPTEN_KEEPALIVE int wasm_film_waits(void) { return last_status == PNEUMOSCOPE_NEEDS_CODECS; }

EMSCRIPTEN_KEEPALIVE void wasm_film_resume(pneumoscope *p, pneumoscope_film *film) {
    last_status = pneumoscope_film_resume(film, p);
}

EMSCRIPTEN_KEEPALIVE void wasm_film_close(pneumoscope_film *film) { pneumoscope_film_close(film); }

EMSCRIPTEN_KEEPALIVE const pneumoscope_film_facts *wasm_film_describe(const pneumoscope_film *film) {
    return pneumoscope_film_describe(film);
}

EMSCRIPTEN_KEEPALIVE const pneumoscope_film_origin *wasm_film_origin(const pneumoscope_film *film) {
    return pneumoscope_film_origin_of(film);
}

/* picture: u16[height][width], of the film's described size. */
EMSCRIPTEN_KEEPALIVE void wasm_film_picture(const pneumoscope_film *film, uint16_t *picture) {
    last_status = pneumoscope_film_picture(film, picture);
}

EMSCRIPTEN_KEEPALIVE const pneumoscope_findings *wasm_judge(pneumoscope *p, const pneumoscope_film *film,
                                                            int view_wanted, int read_anyway,
                                                            pneumoscope_patient patient) {
    pneumoscope_bring_view(p, view_wanted);
    pneumoscope_set_patient(p, patient);
    pneumoscope_read_anyway(p, read_anyway);
    return judged(pneumoscope_judge(p, film, &findings));
}

/* grey: u16[height][width], white is 2^bits - 1. */
EMSCRIPTEN_KEEPALIVE const pneumoscope_findings *wasm_read_grey(pneumoscope *p, const uint16_t *grey, uint32_t width,
                                                                uint32_t height, uint32_t bits, int view_wanted,
                                                                pneumoscope_patient patient) {
    pneumoscope_bring_view(p, view_wanted);
    pneumoscope_set_patient(p, patient);
    return judged(pneumoscope_read_grey(p, grey, width, height, bits, &findings));
}

/* NULL after the last one, and for a group without a rule. */
EMSCRIPTEN_KEEPALIVE const pneumoscope_operating_point *
wasm_operating_point(const pneumoscope *p, pneumoscope_patient patient, size_t index) {
    size_t npoints;
    const pneumoscope_operating_point *points = pneumoscope_rule_of(p, patient, NULL, &npoints);
    return index < npoints ? &points[index] : NULL;
}

/* Scale and bias of a group with a rule. */
EMSCRIPTEN_KEEPALIVE const float *wasm_calibration(const pneumoscope *p, pneumoscope_patient patient) {
    static float calibration[2];
    pneumoscope_rule_of(p, patient, calibration, NULL);
    return calibration;
}

EMSCRIPTEN_KEEPALIVE const char *wasm_metadata(const pneumoscope *p, const char *key) {
    return pneumoscope_model_metadata(p, key);
}
