"""Content: what texts and pictures have in common that only pretend to differ."""

from ecluse.content.clustering import ALONE, cluster
from ecluse.content.confusables import look_alikes
from ecluse.content.files import FORMATS, Clusters, cluster_file
from ecluse.content.fingerprint import SHINGLE, Fingerprinter, Fingerprints
from ecluse.content.folding import folding_name
from ecluse.content.hamming_index import HammingIndex, Nearest
from ecluse.content.keys import ContentKeys
from ecluse.content.near_index import ALIKE, Found, NearIndex
from ecluse.content.normal import normalise
from ecluse.content.sealed import day_key, plain_letters, seal

__all__ = [
    "ALIKE",
    "ALONE",
    "FORMATS",
    "SHINGLE",
    "Clusters",
    "ContentKeys",
    "Fingerprinter",
    "Fingerprints",
    "Found",
    "HammingIndex",
    "NearIndex",
    "Nearest",
    "cluster",
    "cluster_file",
    "day_key",
    "folding_name",
    "look_alikes",
    "normalise",
    "plain_letters",
    "seal",
]
