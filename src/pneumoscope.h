/* pneumoscope: a chest X-ray in, findings out.
 *
 * Synopsis
 *     pneumoscope *reader;
 *     pneumoscope_findings findings;
 *     if (pneumoscope_create(&reader, model, model_nbytes, NULL) == PNEUMOSCOPE_OK &&
 *         pneumoscope_read(reader, file, file_nbytes, &findings) == PNEUMOSCOPE_OK)
 *         show(findings.decision, findings.probability);
 *     else
 *         complain(pneumoscope_last_detail(reader));
 *     pneumoscope_destroy(reader);
 *
 * The library does no input or output, keeps no global that changes and never exits. All its memory is taken by
 * pneumoscope_create; reading a file allocates the decoded image alone and gives it back before returning.
 * A handle serves one thread at a time; different handles may be used from different threads.
 * After any failure the handle works on for the next image.
 *
 * Research software, not a medical device.
 */
#ifndef PNEUMOSCOPE_H
#define PNEUMOSCOPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PNEUMOSCOPE_VERSION "0.1.0"

typedef struct pneumoscope pneumoscope;

typedef enum pneumoscope_status {
    PNEUMOSCOPE_OK,
    PNEUMOSCOPE_BAD_ARGUMENT,      /* a NULL where a pointer is needed, an option out of its range */
    PNEUMOSCOPE_BAD_IMAGE,         /* damaged or truncated, or not an image at all */
    PNEUMOSCOPE_UNSUPPORTED_IMAGE, /* sound, but of a kind that is not read: CMYK, 12-bit JPEG, GIF, ... */
    PNEUMOSCOPE_IMAGE_TOO_LARGE,   /* over max_pixels, max_file_nbytes or 65535 pixels a side */
    PNEUMOSCOPE_BAD_MODEL,         /* not a safetensors file, or one that contradicts itself */
    PNEUMOSCOPE_UNSUPPORTED_MODEL, /* a sound safetensors file that holds another network or dtype */
    PNEUMOSCOPE_NO_MEMORY,
    PNEUMOSCOPE_NEEDS_CODECS /* of the WebAssembly build alone: the film is sound, and its decoder not yet fetched */
} pneumoscope_status;

typedef enum pneumoscope_decision {
    PNEUMOSCOPE_NORMAL,
    PNEUMOSCOPE_PNEUMONIA,
    PNEUMOSCOPE_UNCERTAIN,   /* in the operating point's band: too close to call */
    PNEUMOSCOPE_OUT_OF_SCOPE /* not a film that this model can judge; `scope_reasons` say why */
} pneumoscope_decision;

/* Why a film is out of scope: a set of bits, and any of them makes it so. */
typedef enum pneumoscope_scope {
    PNEUMOSCOPE_SCOPE_BLANK = 1u << 0,          /* there is nothing to see */
    PNEUMOSCOPE_SCOPE_MODALITY = 1u << 1,       /* its file says that it is no radiograph: CT, MR, US, MG, ... */
    PNEUMOSCOPE_SCOPE_FOR_PROCESSING = 1u << 2, /* its file says that it is a detector's raw picture, not for reading */
    PNEUMOSCOPE_SCOPE_UNLIKE_TRAINING = 1u << 3 /* `scope_score` above 1: too far from what the model learned from */
} pneumoscope_scope;

/* A rule for deciding, from probabilities as the findings give them. */
typedef struct pneumoscope_operating_point {
    char name[24];        /* ends with NUL */
    float threshold;      /* probability from which the decision is pneumonia */
    float uncertain_low;  /* from here to below uncertain_high it is uncertain; */
    float uncertain_high; /* both are the threshold where the point has no such band */
    float sensitivity;    /* of the decision at the threshold, as measured; NaN where the model file does not say */
    float specificity;    /* likewise */
} pneumoscope_operating_point;

/* Things that make a finding less dependable. A set of bits; none of them stops the reading. */
typedef enum pneumoscope_warning {
    PNEUMOSCOPE_WARNING_COLOUR = 1u << 0,         /* the pixels had colour; their luminance was read */
    PNEUMOSCOPE_WARNING_TRANSPARENCY = 1u << 1,   /* some pixels were not opaque; they were laid over black */
    PNEUMOSCOPE_WARNING_LOW_RESOLUTION = 1u << 2, /* a side is shorter than the network's input */
    PNEUMOSCOPE_WARNING_ASPECT = 1u << 3,         /* longer than 2:1; the film was stretched to the square input */
    PNEUMOSCOPE_WARNING_NO_CONTRAST = 1u << 4,    /* there is nothing to see: image/levels.h; or, where the model file
                                                     does not stretch levels, less than 1/16 of the grey range */
    /* What a DICOM file says of itself: */
    PNEUMOSCOPE_WARNING_LATERAL = 1u << 5,           /* it is no frontal view, but lateral, oblique or decubitus */
    PNEUMOSCOPE_WARNING_BODY_PART = 1u << 6,         /* it shows another part of the body than the chest */
    PNEUMOSCOPE_WARNING_BURNED_IN = 1u << 7,         /* text is part of the picture, a name perhaps */
    PNEUMOSCOPE_WARNING_MULTI_FRAME = 1u << 8,       /* it has several frames, of which the first was read */
    PNEUMOSCOPE_WARNING_SECONDARY_CAPTURE = 1u << 9, /* it was captured from a screen, scanned or converted */
    PNEUMOSCOPE_WARNING_AGE = 1u << 10,      /* the patient is under 1 year, or 6 to 17: few such were learned */
    PNEUMOSCOPE_WARNING_TRUNCATED = 1u << 11 /* a strip of the picture, at most a fiftieth, is missing in its file */
} pneumoscope_warning;

enum { PNEUMOSCOPE_MAX_WINDOWS = 8 };

/* What a file says of its film. Words are constants of the library, never text of the file, whose names, numbers and
 * dates stay in it; NULL where it says nothing, as all files but DICOM do from `transfer_syntax` on. */
typedef struct pneumoscope_film_facts {
    const char *kind;            /* "dicom", "jpeg", "png", "bmp"; "samples" of pneumoscope_read_grey */
    uint32_t width;              /* upright, in pixels, which are square: a file's others are resampled */
    uint32_t height;             /* likewise */
    uint32_t bits;               /* per sample as stored: 1..16 */
    uint32_t orientation;        /* EXIF: 1..8, how it had to be turned to stand upright; 1 not at all */
    const char *transfer_syntax; /* UID; "other" for one that the library does not know */
    const char *modality;        /* "CR", "DX", "CT", ...; "OTHER" for what is no defined term */
    const char *body_part;       /* "CHEST", "HAND", ...; "OTHER" for what is no defined term */
    const char *view;            /* "AP", "PA", "LATERAL", "OBLIQUE", "DECUBITUS" */
    const char *laterality;      /* "L", "R", "B" */
    const char *sex;             /* "F", "M", "O" */
    float age_years;             /* NaN where it is not said */
    float spacing_mm;            /* from pixel to pixel; NaN where it is not said */
    float value_black;           /* what 0 and 65535 in a view stand for, in the film's own values: */
    float value_white; /* 0 and the largest sample of other files; NaN behind a grey scale that is no straight line */
    uint32_t nframes;
    uint32_t inverted; /* 1: white was stored as black (MONOCHROME1), and is white now */
    uint32_t lossy;    /* 1: it was compressed with losses, now or earlier */
    uint32_t nwindows; /* that the file offers, in its own values; the first is the one in force */
    float window_centres[PNEUMOSCOPE_MAX_WINDOWS];
    float window_widths[PNEUMOSCOPE_MAX_WINDOWS];
} pneumoscope_film_facts;

typedef struct pneumoscope_options {
    uint32_t nthreads;           /* threads to compute with, this one included: 1..64; 0 means 1 */
    uint64_t max_pixels;         /* width x height a film may have; 0 means 100,000,000 */
    size_t max_file_nbytes;      /* bytes a film's file may have; 0 means 256 MiB */
    uint32_t view_side;          /* longest side of findings.view in pixels, 1..4096; 0 means no view */
    const char *operating_point; /* name of the rule to decide by; NULL means the model file's first */
} pneumoscope_options;

/* What a film showed. Pointers belong to the handle and stay valid until its next read or its destruction.
 * The decision is out-of-scope where scope_reasons is not 0, else uncertain in the operating point's band, else
 * pneumonia from its threshold on, else normal. Probability, logit and heatmap are there whatever it is. */
typedef struct pneumoscope_findings {
    uint32_t decision; /* a pneumoscope_decision */
    float probability; /* of pneumonia, 0..1, calibrated as the model file says */
    float logit;       /* log-odds of pneumonia before calibration */
    float threshold;   /* of the operating point in force, as are the next two */
    float uncertain_low;
    float uncertain_high;
    float scope_score;      /* distance from the films the model learned from: 1 is the limit; NaN where not checked */
    uint32_t scope_reasons; /* bits of pneumoscope_scope */
    uint32_t warnings;      /* bits of pneumoscope_warning */
    uint32_t width;         /* of the film, upright, in pixels */
    uint32_t height;        /* of the film, upright, in pixels */
    uint32_t bits;          /* per sample as stored: 1..16 */
    float level_black;      /* greys of the view, 0..1 of its range, that the network saw as black and as white: */
    float level_white;      /* 0 and 1 where the model file does not stretch levels */
    float decode_ms;        /* file to pixels */
    float prepare_ms;       /* pixels to network input, and the view */
    float infer_ms;         /* network and class-activation map */
    uint32_t nthreads;      /* threads there were to compute with; one does it alone where that is faster */
    uint32_t input_side;
    uint32_t heatmap_side;
    const float *input;   /* f32[input_side][input_side], what the network saw: grey 0..1 before normalisation */
    const float *heatmap; /* f32[heatmap_side][heatmap_side], log-odds of pneumonia each place argues for: their mean
                             plus the classifier's bias is `logit`. Class-activation map of Zhou et al., 2016. */
    const uint16_t *view; /* u16[view_height][view_width] of 0..65535, the film upright at most view_side long, all of
                             its values, also those that a DICOM's window cuts off; NULL without */
    uint32_t view_width;
    uint32_t view_height;
} pneumoscope_findings;

/* PNEUMOSCOPE_VERSION of the library that runs. */
const char *pneumoscope_version(void);

/* Makes a reader from the bytes of a model file (safetensors; the format is described in model.h). Neither `model` nor
 * `options`, which may be NULL, is needed after the call. On failure *out is a handle that serves
 * pneumoscope_last_detail and pneumoscope_destroy alone, or NULL when there was no memory even for that. */
pneumoscope_status pneumoscope_create(pneumoscope **out, const void *model, size_t model_nbytes,
                                      const pneumoscope_options *options);

/* NULL is allowed. */
void pneumoscope_destroy(pneumoscope *);

/* Whether the readings that follow bring a view, in a reader made with a view_side. They do until told otherwise; the
 * view of a large film costs more than the network's input. */
void pneumoscope_bring_view(pneumoscope *, int wanted);

/* Reads a film from a file's bytes: DICOM, JPEG (baseline, progressive), PNG (1 to 16 bits) or BMP. */
pneumoscope_status pneumoscope_read(pneumoscope *, const void *file, size_t file_nbytes, pneumoscope_findings *out);

/* A film that is decoded once and judged by one reader or by several, of other models say. */
typedef struct pneumoscope_film pneumoscope_film;

/* Decodes a file as pneumoscope_read does, with this reader's limits. On failure *out is NULL and the detail is this
 * reader's. The film holds its own memory, which pneumoscope_film_close gives back, and may outlive the reader. */
pneumoscope_status pneumoscope_film_open(pneumoscope_film **out, pneumoscope *, const void *file, size_t file_nbytes);

/* NULL is allowed. */
void pneumoscope_film_close(pneumoscope_film *);

/* What its file says of it; valid until the film is closed. */
const pneumoscope_film_facts *pneumoscope_film_describe(const pneumoscope_film *);

/* Writes u16[height][width] of 0 (black) to 65535, as film_describe gives both: the film upright, with square pixels
 * and after the grey scale that its file asks for. NO_MEMORY needs four bytes a pixel more. */
pneumoscope_status pneumoscope_film_picture(const pneumoscope_film *, uint16_t *picture);

/* What a reader makes of an open film: pneumoscope_read is film_open, judge and film_close. decode_ms is the film's. */
pneumoscope_status pneumoscope_judge(pneumoscope *, const pneumoscope_film *, pneumoscope_findings *out);

/* Reads a film from grey samples: u16[height][width], 0 is black, white is 2^bits - 1, bits 1..16. */
pneumoscope_status pneumoscope_read_grey(pneumoscope *, const uint16_t *grey, uint32_t width, uint32_t height,
                                         uint32_t bits, pneumoscope_findings *out);

/* A stable code in lower case, such as "bad-image". Never NULL. */
const char *pneumoscope_status_string(pneumoscope_status);

/* One plain sentence on the last failure: what is wrong, with what, and what would be right. Empty after a success.
 * NULL in, "There was no memory for a reader." out. Valid until the handle's next call. */
const char *pneumoscope_last_detail(const pneumoscope *);

/* A word for what is wrong, finer than the status: "truncated", "corrupt", "no-pixel-data", "not-an-image", "colour",
 * "bits", "unsupported-syntax", "too-large"; empty where the status says it all. Valid as the sentence is. */
const char *pneumoscope_last_reason(const pneumoscope *);

/* What the model file says of itself: the value of a metadata key ("name", "version", "classes", ...), or NULL. */
const char *pneumoscope_model_metadata(const pneumoscope *, const char *key);

/* The operating points that the model file offers, the default first, and how many; NULL and 0 from a handle that could
 * not be made. npoints may be NULL. They stay valid until its destruction. */
const pneumoscope_operating_point *pneumoscope_operating_points(const pneumoscope *, size_t *npoints);

#ifdef __cplusplus
}
#endif

#endif
