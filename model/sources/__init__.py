"""Readers of other frameworks' files. Each gives a Source: MobileNetV2's layers in the order in which data flows."""
