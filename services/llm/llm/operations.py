"""The operations: write, talk, turn texts into vectors, find passages."""

from typing import Annotated, Any, Literal

from ollama import AsyncClient
from pydantic import Base64Bytes, BaseModel, Field
from service_sdk import BadInput, Image, Progress, Service

from llm.answers import Said, gathered
from llm.asking import ask
from llm.pictures import check_sight, shown
from llm.settings import choice
from llm.vectors import embedded, ranked

service = Service("llm", summary="Language models behind Ollama")

Text = Annotated[str, Field(min_length=1, max_length=1_000_000)]
Model = Annotated[str, Field(min_length=1, max_length=200)]
Temperature = Annotated[float, Field(ge=0, le=10)]
Options = dict[str, int | float | bool | str | list[str]]
Pictures = Annotated[list[Base64Bytes], Field(max_length=8)]
Texts = Annotated[list[Text], Field(min_length=1, max_length=100)]

COST = {
    "model": "llama3.2",
    "ended": "stop",
    "tokens": {"prompt": 31, "answer": 9},
    "seconds": {"total": 1.2, "load": 0.4, "prompt": 0.1, "answer": 0.7},
}


class Message(BaseModel):
    """One turn of a talk."""

    role: Literal["system", "user", "assistant"]
    content: str
    images: Pictures | None = None


class Passage(BaseModel):
    """A piece of a document; all its fields come back."""

    model_config = {"extra": "allow"}
    text: Text


@service.operation(
    route="llm-generate",
    summary="Let a language model write",
    example={
        "prompt": "Why is the sky blue?",
        **dict.fromkeys(
            ("model", "system", "temperature", "schema", "options", "images")
        ),
    },
    answer={"text": "As blue light is scattered more.", **COST},
)
def llm_generate(
    prompt: Text,
    progress: Progress,
    model: Model | None = None,
    system: str | None = None,
    temperature: Temperature | None = None,
    schema: dict[str, Any] | None = None,
    options: Options | None = None,
    images: Pictures | None = None,
    image: Image | None = None,
) -> dict[str, Any]:
    """`text`: what the model writes to the `prompt`; with a JSON `schema` also `json`.

    `options` are Ollama's (`num_ctx`, `num_predict`, `seed`, `stop` …). Pictures, for
    models that can see, are a file `image` or base64 texts, `images`. The text so far
    is told as progress.
    """
    current, pictures = choice(), shown(image, images)
    name = model or current.model

    async def question(client: AsyncClient) -> Said:
        await check_sight(client, name, pictures)
        parts = await client.generate(
            name,
            prompt,
            system=system or "",
            images=pictures,
            format=schema,
            options=_with(options, temperature),
            stream=True,
        )
        return await gathered(parts, progress)

    return ask(question, name, current, progress).told(schema)


@service.operation(
    route="llm-chat",
    summary="Let a language model answer in a talk",
    example={
        "messages": [
            {"role": "user", "content": "Why is the sky blue?", "images": None}
        ],
        **dict.fromkeys(("model", "temperature", "schema", "options")),
    },
    answer={
        "text": "As blue light is scattered more.",
        "message": {"role": "assistant", "content": "As blue light is scattered more."},
        **COST,
    },
)
def llm_chat(
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)],
    progress: Progress,
    model: Model | None = None,
    temperature: Temperature | None = None,
    schema: dict[str, Any] | None = None,
    options: Options | None = None,
    image: Image | None = None,
) -> dict[str, Any]:
    """`message`: the model's next turn after the `messages`; its `text` alone, too.

    As `llm-generate`; a message can have `images`, a file `image` joins the last one.
    """
    current, name = choice(), model or choice().model
    turns = [_turn(one, image if one is messages[-1] else None) for one in messages]
    pictures = [picture for turn in turns for picture in turn["images"]]

    async def question(client: AsyncClient) -> Said:
        await check_sight(client, name, pictures)
        how = _with(options, temperature)
        parts = await client.chat(name, turns, format=schema, options=how, stream=True)
        return await gathered(parts, progress)

    said = ask(question, name, current, progress)
    message = {"role": "assistant", "content": said.text}
    return {"message": message, **said.told(schema)}


@service.operation(
    route="llm-embed",
    summary="Turn texts into vectors",
    answer={
        "embeddings": [[0.12, -0.5, 0.86]],
        "dimensions": 3,
        "model": "nomic-embed-text",
        "tokens": {"prompt": 4},
        "seconds": {"total": 0.1},
    },
)
def llm_embed(
    texts: Annotated[Texts, Field(examples=[["The sky is blue."]])],
    progress: Progress,
    model: Model | None = None,
    options: Options | None = None,
) -> dict[str, Any]:
    """`embeddings`: one vector of length 1 a text, in their order; `dimensions`."""
    current, name = choice(), model or choice().embed_model

    async def question(client: AsyncClient) -> dict[str, Any]:
        got = await embedded(client, name, texts, progress, options)
        size = len(got.vectors[0])
        return {"embeddings": got.vectors, "dimensions": size, **got.cost}

    return ask(question, name, current, progress)


@service.operation(
    route="llm-search",
    summary="Find the passages that a question is about",
    example={
        "question": "Why is the sky blue?",
        "passages": [{}],
        "top": None,
        "model": None,
    },
    answer={
        "passages": [{"text": "Blue light is scattered more.", "score": 0.83}],
        "model": "nomic-embed-text",
        "tokens": {"prompt": 92},
        "seconds": {"total": 0.3},
    },
)
def llm_search(
    question: Text,
    passages: Annotated[list[Passage], Field(max_length=2000)],
    progress: Progress,
    top: Annotated[int, Field(ge=1, le=100)] | None = None,
    model: Model | None = None,
) -> dict[str, Any]:
    """The `top` (5) `passages` most like the `question`, each with its `score`.

    Question and passages are turned into vectors, which are compared here and go
    nowhere.
    """
    current, name = choice(), model or choice().embed_model
    if not passages:
        raise BadInput.of("passages", "empty; there is nothing to find anything in")
    texts = [question, *(passage.text for passage in passages)]

    async def embedding(client: AsyncClient) -> dict[str, Any]:
        got = await embedded(client, name, texts, progress)
        best = ranked(got.vectors)[: top or 5]
        found = [passages[n].model_dump() | {"score": score} for n, score in best]
        return {"passages": found, **got.cost}

    return ask(embedding, name, current, progress)


def _turn(message: Message, image: Image | None) -> dict[str, Any]:
    turn = {"role": message.role, "content": message.content}
    return {**turn, "images": shown(image, message.images)}


def _with(options: Options | None, temperature: float | None) -> dict[str, Any]:
    warmth = {} if temperature is None else {"temperature": temperature}
    return {**(options or {}), **warmth}
