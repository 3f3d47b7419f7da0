"""Writes a language model of 600 KB whose weights are random: what it says is, too."""

from itertools import product
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType
from numpy.typing import NDArray

TOKENS, EMBEDDING, HIDDEN, BLOCKS, HEADS = 512, 64, 128, 2, 4
CONTEXT = 32_768
BYTES = 256
UNKNOWN, START, END = range(3)  # tokens
# one thread is the fastest for so small a model
MODELFILE = """FROM {model}
PARAMETER num_ctx 16384
PARAMETER num_predict 24
PARAMETER num_thread 1
"""


def write_model(folder: Path) -> Path:
    """Make the model and the Modelfile for it; returns the latter."""
    model, modelfile = folder / "tiny.gguf", folder / "Modelfile"
    writer = GGUFWriter(model, "llama")
    _describe(writer)
    _add_words(writer)
    for name, shape in _shapes():
        writer.add_tensor(name, _weights(name, shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    modelfile.write_text(MODELFILE.format(model=model))
    return modelfile


def _describe(writer: GGUFWriter) -> None:
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(EMBEDDING)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(EMBEDDING // HEADS)
    writer.add_vocab_size(TOKENS)


def _add_words(writer: GGUFWriter) -> None:
    """Three signs, each byte, each visible character, and frequent pairs of them."""
    pairs = ["".join(pair) for pair in product("etaoinshrdlu", repeat=2)]
    starts = [f"\u2581{letter}" for letter in "taoiswcbphfmdr"]
    words = ["\u2581", *map(chr, range(33, 127)), *pairs, *starts]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(BYTES))]
    kinds = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL]
    kinds += [TokenType.BYTE] * BYTES + [TokenType.NORMAL] * len(words)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens + words)
    writer.add_token_scores(
        [0.0] * len(tokens) + [-float(n) for n in range(len(words))]
    )
    writer.add_token_types(kinds)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(START)
    writer.add_eos_token_id(END)


def _shapes() -> list[tuple[str, tuple[int, ...]]]:
    square, norm = (EMBEDDING, EMBEDDING), (EMBEDDING,)
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
    blocks = [
        (f"blk.{block}.{name}.weight", shape)
        for block in range(BLOCKS)
        for name, shape in of_block.items()
    ]
    ends = {"token_embd": (TOKENS, EMBEDDING), "output": (TOKENS, EMBEDDING)}
    named = [(f"{name}.weight", shape) for name, shape in ends.items()]
    return [*named, ("output_norm.weight", norm), *blocks]


def _weights(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    if len(shape) == 1:
        return np.ones(shape, np.float32)
    chance = np.random.default_rng(sum(name.encode()))
    weights = (chance.standard_normal(shape) * 0.1).astype(np.float32)
    if name == "output.weight":
        weights[END] = 0  # never one of the likeliest: it goes on for ever
    return weights
