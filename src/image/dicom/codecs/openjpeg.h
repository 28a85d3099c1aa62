/* JPEG 2000 and High-Throughput JPEG 2000, by OpenJPEG. */
#ifndef PNEUMOSCOPE_CODEC_OPENJPEG_H
#define PNEUMOSCOPE_CODEC_OPENJPEG_H

#include "image/dicom/codecs/codec.h"

codec_function codec_openjpeg;

#endif
