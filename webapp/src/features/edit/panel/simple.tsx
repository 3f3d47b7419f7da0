/** Fields of one value each: a text, a number, a choice, a piece of code. */
import Box from "@mui/material/Box";
import MuiTextField, { type TextFieldProps } from "@mui/material/TextField";
import { memo, type ReactNode, useId, useState } from "react";

import { valueAt } from "@/pipeline/edits/fields";
import type { Json, PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { GROWING } from "@/shared/ui/Growing";

import { change, seal } from "./changing";
import { FieldFaults } from "./FieldFaults";

interface FieldProps {
  node: PipelineNode;
  field: string;
  label: string;
}

/** Whether a field looks as before: its node changes at each key, in any of its fields. */
export function isSameField<Props extends Pick<FieldProps, "node" | "field">>(
  before: Props,
  after: Props,
): boolean {
  const { node, field, ...others } = after;
  return (
    node.id === before.node.id &&
    node.type === before.node.type &&
    field === before.field &&
    valueAt(node, field) === valueAt(before.node, field) &&
    Object.entries(others).every(
      ([name, value]) => before[name as keyof Props] === value,
    )
  );
}

/** What all of them share: a name to be found by, and what is wrong below. */
function Framed({ node, field, ...input }: FieldProps & TextFieldProps) {
  return (
    <Box data-field={field}>
      <MuiTextField fullWidth size="small" {...input} />
      <FieldFaults node={node.id} field={field} />
    </Box>
  );
}

interface TextProps extends FieldProps {
  multiline?: boolean;
  placeholder?: string;
  mono?: boolean;
  help?: string;
}

export const TextField = memo(function TextField(props: TextProps) {
  const {
    node,
    field,
    label,
    multiline = false,
    placeholder = "",
    mono = false,
  } = props;
  const value = valueAt(node, field);
  return (
    <Framed
      node={node}
      field={field}
      label={label}
      placeholder={placeholder}
      value={typeof value === "string" ? value : ""}
      multiline={multiline}
      {...(props.help !== undefined && { helperText: props.help })}
      slotProps={{
        ...(multiline && { input: GROWING }),
        htmlInput: { style: mono ? { fontFamily: "monospace", fontSize: 12 } : {} },
      }}
      onChange={({ target }) => {
        change(node.id, field, target.value === "" ? undefined : target.value);
      }}
      onBlur={seal}
    />
  );
}, isSameField);

interface NumberFieldProps extends FieldProps {
  unit?: string;
  whole?: boolean;
  /** What counts without it. */
  usual?: string;
}

export const NumberField = memo(function NumberField(props: NumberFieldProps) {
  const { node, field, label, usual = "" } = props;
  const value = valueAt(node, field);
  return (
    <Framed
      node={node}
      field={field}
      type="number"
      label={label}
      placeholder={usual}
      value={typeof value === "number" ? value : ""}
      slotProps={{ inputLabel: { shrink: true } }}
      onChange={({ target }) => {
        change(node.id, field, target.value === "" ? undefined : Number(target.value));
      }}
      onBlur={seal}
    />
  );
}, isSameField);

interface ChoiceFieldProps extends FieldProps {
  options: readonly string[];
  /** The option that counts without the field. */
  usual: string;
}

export const ChoiceField = memo(function ChoiceField(props: ChoiceFieldProps) {
  const { node, field, label, options, usual } = props;
  const value = valueAt(node, field);
  return (
    <Framed
      node={node}
      field={field}
      select
      label={label}
      value={typeof value === "string" ? value : usual}
      slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      onChange={({ target }) => {
        change(node.id, field, target.value === usual ? undefined : target.value);
      }}
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </Framed>
  );
}, isSameField);

export function Label({ children }: { children: ReactNode }) {
  return (
    <Box sx={{ fontSize: 12, fontWeight: 600, color: "text.secondary", mb: 1 }}>
      {children}
    </Box>
  );
}

interface SectionProps {
  title: string;
  children: ReactNode;
  aside?: ReactNode;
}

export function Section({ title, aside, children }: SectionProps) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id}>
      <Box sx={{ display: "flex", alignItems: "center", mb: 2 }}>
        <Box
          id={id}
          component="h3"
          sx={{ m: 0, flex: 1, fontSize: 13, fontWeight: 650 }}
        >
          {title}
        </Box>
        {aside}
      </Box>
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 4 }}>
        {children}
      </Box>
    </Box>
  );
}

interface FoldedProps {
  title: string;
  /** Something stands in it: that is to be seen. */
  isUsed: boolean;
  small?: boolean;
  children: ReactNode;
}

/** Fields that few need. They open when one is used, and close by hand alone. */
export function Folded({ title, isUsed, small = false, children }: FoldedProps) {
  const [isOpen, setOpen] = useState(isUsed);
  const [was, setWas] = useState(isUsed);
  if (was !== isUsed) {
    setWas(isUsed);
    // What is emptied may be about to be written anew.
    if (isUsed) setOpen(true);
  }
  return (
    <Box
      component="details"
      open={isOpen}
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
        // It may have opened below all that is seen.
        if (currentTarget.open && !isOpen) currentTarget.scrollIntoView(NEAREST);
      }}
    >
      <Box
        component="summary"
        sx={{ cursor: "pointer", ...(small ? { fontSize: 12 } : FOLD_TITLE) }}
      >
        {title}
      </Box>
      {children}
    </Box>
  );
}

const NEAREST = { block: "nearest" } as const;

const FOLD_TITLE = { fontSize: 13, fontWeight: 650, mb: 2 };

/** Any JSON as text; what cannot be read stays as it was typed. */
export function JsonText(props: {
  label: string;
  /** The label stands above already. */
  isBare?: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}) {
  const { t } = useTranslation();
  const shown = props.value === undefined ? "" : JSON.stringify(props.value);
  const [text, setText] = useState(shown);
  const [of, setOf] = useState(shown);
  const [isBad, setBad] = useState(false);
  // An undo changes what stands here from outside.
  if (of !== shown) {
    setOf(shown);
    if (canonical(text) !== shown) {
      setText(shown);
      setBad(false);
    }
  }

  return (
    <MuiTextField
      fullWidth
      size="small"
      {...(!props.isBare && { label: props.label })}
      value={text}
      multiline
      error={isBad}
      helperText={isBad ? t("canvas.no_json") : ""}
      slotProps={{
        input: GROWING,
        htmlInput: {
          "aria-label": props.label,
          style: { fontFamily: "monospace", fontSize: 12 },
        },
      }}
      onChange={({ target }) => {
        setText(target.value);
        const next = canonical(target.value);
        setBad(next === undefined);
        if (next === undefined) return;
        setOf(next);
        props.onChange(next === "" ? undefined : (JSON.parse(next) as Json));
      }}
      onBlur={seal}
    />
  );
}

/** The JSON as it would be written; undefined: none; empty: nothing. */
function canonical(text: string): string | undefined {
  if (text.trim() === "") return "";
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}
