"""Writes a language model of 600 KB with random weights, which says random words."""

from itertools import product
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType
from numpy.typing import NDArray

# The shape of the network: as small as llama.cpp runs it.
VOCABULARY = 512
EMBEDDING = 64
HIDDEN = 128
BLOCKS = 2
HEADS = 4
CONTEXT_TOKENS = 32_768

BYTE_VALUES = 256

# Tokens by number.
UNKNOWN = 0
START = 1
END = 2

# With a seed it says the same in each run. More threads are slower for so small a
# model: they wait for each other.
MODELFILE = """FROM {model}
PARAMETER num_ctx 16384
PARAMETER num_predict 24
PARAMETER num_thread 1
PARAMETER seed 7
"""


def write_model(folder: Path) -> Path:
    """Write the model and a Modelfile for it; returns the Modelfile."""
    model = folder / "tiny.gguf"
    writer = GGUFWriter(model, "llama")
    _describe(writer)
    _add_vocabulary(writer)
    for name, shape in _shapes().items():
        writer.add_tensor(name, _weights(name, shape))

    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    modelfile = folder / "Modelfile"
    modelfile.write_text(MODELFILE.format(model=model))
    return modelfile


def _describe(writer: GGUFWriter) -> None:
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(EMBEDDING)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(EMBEDDING // HEADS)
    writer.add_vocab_size(VOCABULARY)


def _add_vocabulary(writer: GGUFWriter) -> None:
    """Three control tokens, each byte, each visible character, and frequent pairs."""
    # llama.cpp writes a space in front of a word as this character.
    space = "\u2581"
    pairs = ["".join(pair) for pair in product("etaoinshrdlu", repeat=2)]
    starts = [f"{space}{letter}" for letter in "taoiswcbphfmdr"]
    words = [space, *map(chr, range(33, 127)), *pairs, *starts]

    byte_tokens = [f"<0x{byte:02X}>" for byte in range(BYTE_VALUES)]
    tokens = ["<unk>", "<s>", "</s>", *byte_tokens]
    kinds = [
        TokenType.UNKNOWN,
        TokenType.CONTROL,
        TokenType.CONTROL,
        *[TokenType.BYTE] * BYTE_VALUES,
        *[TokenType.NORMAL] * len(words),
    ]

    # The earlier of two words that fit has the higher score.
    scores = [0.0] * len(tokens) + [-float(number) for number in range(len(words))]

    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens + words)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(START)
    writer.add_eos_token_id(END)


def _shapes() -> dict[str, tuple[int, ...]]:
    """The tensors of the network by name."""
    square = (EMBEDDING, EMBEDDING)
    norm = (EMBEDDING,)
    of_block = {
        "attn_norm": norm,
        "attn_q": square,
        "attn_k": square,
        "attn_v": square,
        "attn_output": square,
        "ffn_norm": norm,
        "ffn_gate": (HIDDEN, EMBEDDING),
        "ffn_up": (HIDDEN, EMBEDDING),
        "ffn_down": (EMBEDDING, HIDDEN),
    }

    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (VOCABULARY, EMBEDDING),
        "output.weight": (VOCABULARY, EMBEDDING),
        "output_norm.weight": norm,
    }
    for block in range(BLOCKS):
        for name, shape in of_block.items():
            shapes[f"blk.{block}.{name}.weight"] = shape
    return shapes


def _weights(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    if len(shape) == 1:
        return np.ones(shape, np.float32)

    # Seeded by the name: each machine makes the same model.
    random = np.random.default_rng(sum(name.encode()))
    weights = (random.standard_normal(shape) * 0.1).astype(np.float32)

    # Neither the end nor a single byte is ever among the likeliest tokens: an answer is
    # as long as allowed, and what it says is text. Bytes alone make no characters, and
    # five of them in a row, which is one answer in hundreds, make an empty text.
    if name == "output.weight":
        weights[: END + 1 + BYTE_VALUES] = 0
    return weights
