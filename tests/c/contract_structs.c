/* The structs that JavaScript reads from the engine's memory, each field with a number of its own.
 * tests/node/contract.test.js reads these lines as well, and compares. */
#include "pneumoscope.h"

#include <emscripten/emscripten.h>

static const pneumoscope_findings findings = {
    .decision = 101,
    .probability = 102,
    .logit = 103,
    .threshold = 104,
    .uncertain_low = 105,
    .uncertain_high = 106,
    .patient = 127,
    .scope_score = 107,
    .scope_reasons = 108,
    .overruled = 126,
    .warnings = 109,
    .width = 110,
    .height = 111,
    .bits = 112,
    .level_black = 113,
    .level_white = 114,
    .decode_ms = 115,
    .prepare_ms = 116,
    .infer_ms = 117,
    .nthreads = 118,
    .input_side = 119,
    .heatmap_side = 120,
    .input = (const float *)121,
    .heatmap = (const float *)122,
    .view = (const uint16_t *)123,
    .view_width = 124,
    .view_height = 125,
};

static const pneumoscope_film_facts facts = {
    .kind = "201",
    .width = 202,
    .height = 203,
    .bits = 204,
    .orientation = 205,
    .transfer_syntax = "206",
    .modality = "207",
    .body_part = "208",
    .view = "209",
    .laterality = "210",
    .sex = "211",
    .right_edge = "236",
    .bottom_edge = "237",
    .age_years = 212,
    .spacing_mm = 213,
    .value_black = 214,
    .value_white = 215,
    .nframes = 216,
    .inverted = 217,
    .lossy = 218,
    .nwindows = 219,
    .window_centres = {220, 221, 222, 223, 224, 225, 226, 227},
    .window_widths = {228, 229, 230, 231, 232, 233, 234, 235},
};

static const pneumoscope_film_origin origin = {
    .study = "401",
    .patient = "402",
    .date = 403,
};

static const pneumoscope_operating_point point = {
    .name = "301",
    .threshold = 302,
    .uncertain_low = 303,
    .uncertain_high = 304,
    .sensitivity = 305,
    .specificity = 306,
};

EMSCRIPTEN_KEEPALIVE const void *contract_findings(void) { return &findings; }
EMSCRIPTEN_KEEPALIVE const void *contract_film_facts(void) { return &facts; }
EMSCRIPTEN_KEEPALIVE const void *contract_film_origin(void) { return &origin; }
EMSCRIPTEN_KEEPALIVE const void *contract_operating_point(void) { return &point; }
