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
 * The library does no input or output and never exits. Outside its handles it keeps a few variables for each thread;
 * the image decoder sets them anew for every film (image/stb.c).
 * pneumoscope_create takes the memory that judging needs. A read takes more, for the decoder and the decoded image, and
 * gives it back before it returns. An open film keeps its image until it is closed.
 * One thread at a time may use a handle. Different threads may use different handles.
 * After a failure the handle still reads the next image.
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

/* web/contract/generate.js makes the web side's words, limits and offsets from this file, and C's tables of words. A
 * word is a constant's name without its prefix, in lower case: PNEUMOSCOPE_WARNING_BURNED_IN is "burned-in". Run the
 * script after a change here. It also takes the words of a text field from a comment that begins with "one of". */

typedef enum pneumoscope_limit {
    PNEUMOSCOPE_MAX_THREADS = 64,
    PNEUMOSCOPE_LEAST_SIDE = 96,        /* of a film, in pixels; a smaller film is not judged */
    PNEUMOSCOPE_MAX_SIDE = 65535,       /* of a film, in pixels; JPEG can store no more */
    PNEUMOSCOPE_MAX_VIEW_SIDE = 4096,   /* in pixels */
    PNEUMOSCOPE_MAX_WINDOWS = 8,        /* in pneumoscope_film_facts */
    PNEUMOSCOPE_POINT_NAME_NBYTES = 24, /* with the NUL at its end */
    PNEUMOSCOPE_DEFAULT_MAX_MEGAPIXELS = 100,
    PNEUMOSCOPE_DEFAULT_MAX_FILE_MIB = 256
} pneumoscope_limit;

typedef enum pneumoscope_status {
    PNEUMOSCOPE_OK,
    PNEUMOSCOPE_BAD_ARGUMENT,      /* a NULL pointer, or an option out of its range */
    PNEUMOSCOPE_BAD_IMAGE,         /* damaged, cut short, or not an image */
    PNEUMOSCOPE_UNSUPPORTED_IMAGE, /* sound, but the library does not read its kind: CMYK, GIF, ... */
    PNEUMOSCOPE_IMAGE_TOO_LARGE,   /* over max_pixels, max_file_nbytes or MAX_SIDE */
    PNEUMOSCOPE_BAD_MODEL,         /* not a safetensors file, or it contradicts itself */
    PNEUMOSCOPE_UNSUPPORTED_MODEL, /* a sound safetensors file with another network or dtype */
    PNEUMOSCOPE_NO_MEMORY,
    PNEUMOSCOPE_NEEDS_CODECS /* WebAssembly only: the film is sound; its decoder has to be fetched first */
} pneumoscope_status;

/* Why a film's file is refused, in more detail than the status. Every refused file has a reason; other failures have
 * none. */
typedef enum pneumoscope_reason {
    PNEUMOSCOPE_REASON_NONE,               /* no file was refused */
    PNEUMOSCOPE_REASON_EMPTY,              /* the file has no bytes */
    PNEUMOSCOPE_REASON_TRUNCATED,          /* the file ends too early */
    PNEUMOSCOPE_REASON_INCOMPLETE,         /* the file lacks more than a fiftieth of the picture */
    PNEUMOSCOPE_REASON_CORRUPT,            /* the file is damaged or contradicts itself */
    PNEUMOSCOPE_REASON_NO_PIXEL_DATA,      /* the file has no picture in it */
    PNEUMOSCOPE_REASON_NOT_AN_IMAGE,       /* an unknown kind of file, or a DICOM report, plan or set of marks */
    PNEUMOSCOPE_REASON_COLOUR,             /* the picture has colours, and a radiograph has none: DICOM in RGB, CMYK */
    PNEUMOSCOPE_REASON_BITS,               /* the library does not read samples with this number of bits */
    PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX, /* a known format, in a coding that the library does not read */
    PNEUMOSCOPE_REASON_TOO_LARGE,          /* more bytes or pixels than the limit */
    /* The library knows this kind of file and does not read it. The reason has the kind's name. */
    PNEUMOSCOPE_REASON_GIF,
    PNEUMOSCOPE_REASON_TIFF,
    PNEUMOSCOPE_REASON_JPEG_XR,
    PNEUMOSCOPE_REASON_JPEG_XL,
    PNEUMOSCOPE_REASON_JPEG_2000,
    PNEUMOSCOPE_REASON_WEBP,
    PNEUMOSCOPE_REASON_AVIF,
    PNEUMOSCOPE_REASON_HEIC,
    PNEUMOSCOPE_REASON_NETPBM, /* PGM, PPM, PAM */
    PNEUMOSCOPE_REASON_NIFTI,
    PNEUMOSCOPE_REASON_ZIP,
    PNEUMOSCOPE_REASON_GZIP,
    PNEUMOSCOPE_REASON_7Z,
    PNEUMOSCOPE_REASON_RAR,
    PNEUMOSCOPE_REASON_XZ,
    PNEUMOSCOPE_REASON_BZIP2,
    PNEUMOSCOPE_REASON_ZSTD,
    PNEUMOSCOPE_REASON_TAR,
    PNEUMOSCOPE_REASON_VIDEO,
    PNEUMOSCOPE_REASON_PDF,
    PNEUMOSCOPE_REASON_HTML
} pneumoscope_reason;

typedef enum pneumoscope_decision {
    PNEUMOSCOPE_NORMAL,
    PNEUMOSCOPE_PNEUMONIA,
    PNEUMOSCOPE_UNCERTAIN,   /* in the operating point's uncertain band */
    PNEUMOSCOPE_OUT_OF_SCOPE /* this model cannot judge the film; its scope says why */
} pneumoscope_decision;

/* Why a film is out of scope. A set of bits; one bit is enough. */
typedef enum pneumoscope_scope {
    PNEUMOSCOPE_SCOPE_BLANK = 1u << 0,           /* the picture shows nothing */
    PNEUMOSCOPE_SCOPE_MODALITY = 1u << 1,        /* the file says that it is no radiograph: CT, MR, US, MG, ... */
    PNEUMOSCOPE_SCOPE_FOR_PROCESSING = 1u << 2,  /* the file says that it is a detector's raw picture */
    PNEUMOSCOPE_SCOPE_UNLIKE_TRAINING = 1u << 3, /* `scope_score` is above 1: too unlike the training films */
    PNEUMOSCOPE_SCOPE_VIEW = 1u << 4,            /* the file says that the view is lateral, oblique or decubitus */
    PNEUMOSCOPE_SCOPE_BODY_PART = 1u << 5,  /* the file says that it shows another part of the body than the chest */
    PNEUMOSCOPE_SCOPE_AGE = 1u << 6,        /* the file says that the patient is under one year */
    PNEUMOSCOPE_SCOPE_TOO_SMALL = 1u << 7,  /* a side has fewer than LEAST_SIDE pixels */
    PNEUMOSCOPE_SCOPE_COMPRESSED = 1u << 8, /* a JPEG of quality below about 20: its blocks look like disease */
    PNEUMOSCOPE_SCOPE_SURROUND = 1u << 9    /* white around the film fills two fifths: a slide, a page */
} pneumoscope_scope;

/* A rule that turns the probability of the findings into a decision. */
typedef struct pneumoscope_operating_point {
    char name[PNEUMOSCOPE_POINT_NAME_NBYTES]; /* ends with NUL */
    float threshold;                          /* from this probability on, the decision is pneumonia */
    float uncertain_low;                      /* from here to below uncertain_high, it is uncertain; */
    float uncertain_high;                     /* a point without this band has the threshold in both */
    float sensitivity; /* measured, of the decision at the threshold; NaN if the model file gives none */
    float specificity; /* likewise */
} pneumoscope_operating_point;

/* Reasons to trust a finding less. A set of bits; no bit stops the reading. */
typedef enum pneumoscope_warning {
    PNEUMOSCOPE_WARNING_COLOUR = 1u << 0,         /* the pixels had colour; the luminance was read */
    PNEUMOSCOPE_WARNING_TRANSPARENCY = 1u << 1,   /* some pixels were not opaque; black was put behind them */
    PNEUMOSCOPE_WARNING_LOW_RESOLUTION = 1u << 2, /* a side is shorter than the network's input */
    PNEUMOSCOPE_WARNING_ASPECT = 1u << 3,         /* longer than 2:1; the film was squeezed into the square input */
    PNEUMOSCOPE_WARNING_NO_CONTRAST = 1u << 4,    /* the picture shows nothing: image/levels.h; if the model does not
                                                     stretch levels: it uses less than 1/16 of the grey range */
    /* A DICOM file says: */
    PNEUMOSCOPE_WARNING_LATERAL = 1u << 5,           /* the view is lateral, oblique or decubitus, not frontal */
    PNEUMOSCOPE_WARNING_BODY_PART = 1u << 6,         /* the film shows another part of the body than the chest */
    PNEUMOSCOPE_WARNING_BURNED_IN = 1u << 7,         /* the picture contains text, perhaps a name */
    PNEUMOSCOPE_WARNING_MULTI_FRAME = 1u << 8,       /* the file has several frames; the first was read */
    PNEUMOSCOPE_WARNING_SECONDARY_CAPTURE = 1u << 9, /* the film was captured from a screen, scanned or converted */
    PNEUMOSCOPE_WARNING_AGE = 1u << 10, /* the patient is under 1 year or 6 to 17; the model saw few of them */
    /* Of all files: */
    PNEUMOSCOPE_WARNING_TRUNCATED = 1u << 11, /* the file lacks at most a fiftieth of the picture, or frames after the
                                                 one that was read */
    PNEUMOSCOPE_WARNING_WINDOW = 1u << 12,    /* the DICOM window leaves out a third of the greys that the network saw;
                                                 a person who uses this window sees another picture */
    PNEUMOSCOPE_WARNING_COMPRESSED = 1u << 13 /* a JPEG of quality below about 35 */
} pneumoscope_warning;

/* Groups of patients. A model file may have rules for each. */
typedef enum pneumoscope_patient {
    PNEUMOSCOPE_PATIENT_UNKNOWN,
    PNEUMOSCOPE_PATIENT_CHILD, /* 1 to 5 years */
    PNEUMOSCOPE_PATIENT_ADULT  /* 18 years or more */
} pneumoscope_patient;

/* What a file says about its film. The words are constants of the library, never the file's own text: names, numbers
 * and dates stay in the file. A word is NULL if the file does not say it. Only DICOM files give the words from
 * `transfer_syntax` on. */
typedef struct pneumoscope_film_facts {
    const char *kind;     /* one of "dicom", "jpeg", "png", "bmp", "samples"; the last is pneumoscope_read_grey's */
    uint32_t width;       /* upright, in square pixels; others are resampled to square ones */
    uint32_t height;      /* likewise */
    uint32_t bits;        /* per sample as stored: 1..16 */
    uint32_t orientation; /* EXIF, 1..8: how the film was turned upright; 1 is not at all */
    const char *transfer_syntax; /* UID; "other" if the library does not know it */
    const char *modality;        /* "CR", "DX", "CT", ...; "OTHER" if it is no defined term */
    const char *body_part;       /* "CHEST", "HAND", ...; "OTHER" if it is no defined term */
    const char *view;            /* one of "AP", "PA", "LATERAL", "OBLIQUE", "DECUBITUS" */
    const char *laterality;      /* one of "L", "R", "B" */
    const char *sex;             /* one of "F", "M", "O" */
    char right_edge[4];  /* the patient's side at the right edge of the upright film, in DICOM's letters A P L R H F: */
    char bottom_edge[4]; /* "L", "LA", ...; and the side at its lower edge, "F", .... Empty: unknown */
    float age_years;     /* NaN: unknown */
    float spacing_mm;    /* from pixel to pixel; NaN: unknown */
    float value_black;   /* the film's own value at 0 in a view, and at 65535. In files but DICOM they are 0 */
    float value_white;   /* and the largest sample. NaN if the grey scale is no straight line */
    uint32_t nframes;
    uint32_t inverted; /* 1: white was stored as black (MONOCHROME1), and is white now */
    uint32_t lossy;    /* 1: it is or was once compressed with losses */
    uint32_t nwindows; /* that the file offers, in its own values; the first is the default */
    float window_centres[PNEUMOSCOPE_MAX_WINDOWS];
    float window_widths[PNEUMOSCOPE_MAX_WINDOWS];
} pneumoscope_film_facts;

/* What binds a film to others: which study it is of, which patient, and when it was made. Only a list that stays on the
 * user's own machine needs it. A key is a checksum in hexadecimal, the same for all films of one study or patient. The
 * file's text stays in the file; but whoever knows many numbers of patients can find the one behind a key, so keys are
 * not for sending or storing. Empty if the file does not say. */
typedef struct pneumoscope_film_origin {
    char study[20];   /* key of the Study Instance UID */
    char patient[20]; /* key of the patient's number with its issuer, the date of birth or both; the number alone, or
                         one without a digit 1-9, is none */
    uint32_t date;    /* of the study: 20261129; 0 if the file does not say */
} pneumoscope_film_origin;

typedef struct pneumoscope_options {
    uint32_t nthreads;           /* threads to compute with, the caller's included: 1..MAX_THREADS; 0 means 1 */
    uint64_t max_pixels;         /* width x height a film may have; 0 means 100 million */
    size_t max_file_nbytes;      /* bytes a film's file may have; 0 means 256 MiB */
    uint32_t view_side;          /* longest side of findings.view in pixels, 1..MAX_VIEW_SIDE; 0 means no view */
    const char *operating_point; /* name of the rule to decide by; NULL means the model file's first */
} pneumoscope_options;

/* What a film showed. The handle owns the memory behind the pointers, until its next read or its destruction.
 * The decision is out-of-scope if scope_reasons is not 0; else uncertain in the operating point's band; else pneumonia
 * from its threshold on; else normal. Every decision comes with a probability, a logit and a heatmap. */
typedef struct pneumoscope_findings {
    uint32_t decision; /* a pneumoscope_decision */
    float probability; /* of pneumonia, 0..1, calibrated as the model file says */
    float logit;       /* log-odds of pneumonia before calibration */
    float threshold;   /* of the operating point that decided; so are the next two */
    float uncertain_low;
    float uncertain_high;
    uint32_t patient;       /* a pneumoscope_patient: the group whose rule decided; UNKNOWN: the model's common rule */
    float scope_score;      /* distance from the films the model learned from; 1 is the limit; NaN: not checked */
    uint32_t scope_reasons; /* bits of pneumoscope_scope */
    uint32_t overruled;     /* scope reasons that pneumoscope_read_anyway removed */
    uint32_t warnings;      /* bits of pneumoscope_warning */
    uint32_t width;         /* of the film, upright, in pixels */
    uint32_t height;        /* of the film, upright, in pixels */
    uint32_t bits;          /* per sample as stored: 1..16 */
    /* The view's greys to show as black and as white, as shares of its range: the file's window. Without one, the greys
     * that the network saw as black and white; 0 and 1 if the model does not stretch levels. */
    float level_black;
    float level_white;
    float decode_ms;   /* file to pixels */
    float prepare_ms;  /* pixels to network input, and the view */
    float infer_ms;    /* network and class-activation map */
    uint32_t nthreads; /* threads that the reader has */
    uint32_t input_side;
    uint32_t heatmap_side;
    const float *input;   /* f32[input_side][input_side]: what the network saw, grey 0..1 before normalisation */
    const float *heatmap; /* f32[heatmap_side][heatmap_side]: the log-odds of pneumonia that each place adds. Their
                             mean plus the classifier's bias is `logit`. Class-activation map, Zhou et al., 2016. */
    const uint16_t *view; /* u16[view_height][view_width] of 0..65535: the upright film, at most view_side long, with
                             all its values, also those outside a DICOM window; NULL: no view was made */
    uint32_t view_width;
    uint32_t view_height;
} pneumoscope_findings;

/* PNEUMOSCOPE_VERSION of the library that runs. */
const char *pneumoscope_version(void);

/* Makes a reader from the bytes of a model file (safetensors; model/model.h describes it). `options` may be NULL. The
 * caller may free `model` and `options` after the call. On failure *out is a handle for pneumoscope_last_detail and
 * pneumoscope_destroy only, or NULL if there was no memory for a handle. */
pneumoscope_status pneumoscope_create(pneumoscope **out, const void *model, size_t model_nbytes,
                                      const pneumoscope_options *options);

/* NULL is allowed. */
void pneumoscope_destroy(pneumoscope *);

/* Turns the view on or off for the next reads: 1 on, 0 off. At first it is on. It needs a reader made with a view_side.
 * The view of a large film takes more time than the network's input. */
void pneumoscope_bring_view(pneumoscope *, int wanted);

/* Sets the patients' group for the next films whose files give no age. The rule of this group then decides, if the
 * model file has one. UNKNOWN, the group at first, means the model's common rule. BAD_ARGUMENT: there is no such
 * group. */
pneumoscope_status pneumoscope_set_patient(pneumoscope *, pneumoscope_patient);

/* 1: the next reads also judge films that are out of scope only because of what their files say: VIEW, BODY_PART and
 * AGE. A person who sees the picture may know better than its file. `overruled` then holds these reasons. At first it
 * is 0. */
void pneumoscope_read_anyway(pneumoscope *, int wanted);

/* Reads a film from a file's bytes: DICOM, JPEG (baseline, progressive), PNG (1 to 16 bits) or BMP. */
pneumoscope_status pneumoscope_read(pneumoscope *, const void *file, size_t file_nbytes, pneumoscope_findings *out);

/* A decoded film. Several readers, with other models for example, may judge it. */
typedef struct pneumoscope_film pneumoscope_film;

/* Decodes a file as pneumoscope_read does, with this reader's limits. On failure *out is NULL and this reader has the
 * detail. The film owns its memory until pneumoscope_film_close. It may outlive the reader.
 *
 * NEEDS_CODECS occurs in the WebAssembly build only and is no failure: *out is a film that is parsed and not yet
 * decoded. The caller keeps the file's bytes in place, fetches the decoders and calls pneumoscope_film_resume. */
pneumoscope_status pneumoscope_film_open(pneumoscope_film **out, pneumoscope *, const void *file, size_t file_nbytes);

/* Decodes a film that waits for its decoder. The caller closes the film, also after a failure. */
pneumoscope_status pneumoscope_film_resume(pneumoscope_film *, pneumoscope *);

/* NULL is allowed. */
void pneumoscope_film_close(pneumoscope_film *);

/* What the file says about the film. NULL before the film is decoded. Valid until the film is closed. */
const pneumoscope_film_facts *pneumoscope_film_describe(const pneumoscope_film *);

/* What binds the film to others. NULL before the film is decoded. Valid until the film is closed. */
const pneumoscope_film_origin *pneumoscope_film_origin_of(const pneumoscope_film *);

/* Writes the whole film as u16[height][width] of 0 (black) to 65535: upright, with square pixels, in the grey scale
 * that its file asks for. pneumoscope_film_describe gives width and height. While it runs, the call takes another four
 * bytes for each pixel; NO_MEMORY if it cannot get them. */
pneumoscope_status pneumoscope_film_picture(const pneumoscope_film *, uint16_t *picture);

/* Judges an open film. pneumoscope_read does film_open, judge and film_close in one call. */
pneumoscope_status pneumoscope_judge(pneumoscope *, const pneumoscope_film *, pneumoscope_findings *out);

/* Reads a film from grey samples: u16[height][width], 0 is black, white is 2^bits - 1, bits 1..16. */
pneumoscope_status pneumoscope_read_grey(pneumoscope *, const uint16_t *grey, uint32_t width, uint32_t height,
                                         uint32_t bits, pneumoscope_findings *out);

/* A stable code in lower case, such as "bad-image". Never NULL. */
const char *pneumoscope_status_string(pneumoscope_status);

/* One plain sentence about the last failure: what is wrong, with what, and what would be right. Empty after a success.
 * A NULL handle gives "There was no memory for a reader." Valid until the handle's next call. */
const char *pneumoscope_last_detail(const pneumoscope *);

/* The last failure's pneumoscope_reason as a word, such as "truncated". Empty if no file was refused. Never NULL;
 * always valid. */
const char *pneumoscope_last_reason(const pneumoscope *);

/* The value of a key in the model file's metadata ("name", "version", "classes", ...). NULL if the key is absent. */
const char *pneumoscope_model_metadata(const pneumoscope *, const char *key);

/* The model file's operating points and their number. The first is the default. NULL and 0 if the reader could not be
 * made. npoints may be NULL. Valid until the handle is destroyed. */
const pneumoscope_operating_point *pneumoscope_operating_points(const pneumoscope *, size_t *npoints);

/* The same for a group of patients. NULL and 0 if the model file has no rule for the group. Also writes the group's
 * calibration: probability = sigmoid(calibration[0] * logit + calibration[1]). calibration may be NULL. */
const pneumoscope_operating_point *pneumoscope_rule_of(const pneumoscope *, pneumoscope_patient, float calibration[2],
                                                       size_t *npoints);

#ifdef __cplusplus
}
#endif

#endif
