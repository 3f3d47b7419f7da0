/** The engine's answers under the names that the app uses. */
import type { Json, JsonObject } from "./json";
import type { components } from "./schema";

export type { Json, JsonObject };

type Schemas = components["schemas"];

/** JSON Schema 2020-12, as far as forms and results are made from it. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  enum?: Json[];
  const?: Json;
  examples?: Json[];
  format?: string;
  contentMediaType?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** A route whose schemas are read: the engine has checked that they are some. */
type WithSchemas<R> = Omit<R, "inputSchema" | "outputSchema"> & {
  inputSchema: Schema | null;
  outputSchema: Schema | null;
};

export type Route = WithSchemas<Schemas["Route"]>;
export type RouteKind = Route["type"];
export type RouteDetails = WithSchemas<Omit<Schemas["RouteDetails"], "pipeline">> & {
  /** Null: it is shared only to be run. */
  pipeline: Pipeline | null;
};

/** Pipelines with steps that were looked for: who calls a route, where a word is. */
export type FoundSteps = Schemas["FoundSteps"];
export type StepsOfPipeline = Schemas["StepsOfPipeline"];

/** When tasks of a route are started, and what became of the last time. */
export type Schedule = Schemas["Schedule"];

/** A process that offers a service. */
export type Instance = Schemas["Instance"];

/** A node of one of the seven kinds, as the engine reads it. */
export type StrictNode = Schemas["Pipeline"]["nodes"][number];

type FieldOf<Node> = Node extends unknown ? keyof Node : never;
type ValueOf<Node, Field extends PropertyKey> = Node extends { [F in Field]?: infer V }
  ? V
  : never;

/**
 * A node with the fields of any kind: code that draws asks whether they are there, and
 * a document that is being written need not be right.
 */
export type PipelineNode = Pick<StrictNode, "id" | "type"> & {
  [
    Field in Exclude<FieldOf<StrictNode>, "id" | "type" | "nodes" | "then" | "else">
  ]?: ValueOf<StrictNode, Field>;
} & {
  nodes?: PipelineNode[];
  then?: Schemas["Side"] | string;
  else?: Schemas["Side"] | string;
  /** Edits name fields by their text. */
  [field: string]: unknown;
};

export interface Pipeline {
  type?: "pipeline";
  nodes: PipelineNode[];
  params?: JsonObject;
}

export type TaskState = Schemas["TaskLine"]["status"];
export type TaskLine = Schemas["TaskLine"];
export type TaskPage = Schemas["TaskPage"];
export type Waiting = Schemas["WaitingRun"];
export type TaskStatus = Schemas["TaskStatus"];

export type Figures = Schemas["Figures"];
export type FailureCount = Schemas["Failure"];
export type Stats = Schemas["Stats"];

export type About = Schemas["About"];

/** Whether the engine reaches its stores. */
export type Readiness = Schemas["Health"];

export type RunFault = Schemas["RunFault"];
export type Attempt = Schemas["Attempt"];
/**
 * How a run went, without its values. Of a task that is over the app says `unreached`
 * where the engine says that it is still pending.
 */
export type RunLine = Omit<Schemas["Run"], "status"> & {
  status: Schemas["Run"]["status"] | "unreached";
};
/** The runs of a task, or of an item of a loop, by their nodes. */
export type Runs = Schemas["Runs"];

export type Section = "input" | "out" | "params" | "item";
/** A run with its values; in the place of a large one stands its size. */
export type RunWithValues = Schemas["RunWithValues"];

export type LoopItem = Schemas["Item"];
export type ItemPage = Schemas["ItemPage"];

export type Fault = Schemas["Fault"];
export type ProblemBody = Schemas["Problem"];

/** A change of a run or of the task, as the stream of events tells it. */
export type TaskChange = Schemas["Change"];
