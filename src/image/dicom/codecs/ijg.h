/* JPEG with 12 bits a sample, and lossless JPEG, by the library of the Independent JPEG Group. */
#ifndef PNEUMOSCOPE_CODEC_IJG_H
#define PNEUMOSCOPE_CODEC_IJG_H

#include "image/dicom/codecs/codec.h"

codec_function codec_ijg_12, codec_ijg_16;

#endif
