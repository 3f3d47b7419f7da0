/** A field to type in, and a list of what matches; chosen by arrows and Enter. */
import Box from "@mui/material/Box";
import InputBase from "@mui/material/InputBase";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

import { CHOSEN } from "@/shared/theme";

export interface Choice {
  key: string;
  /** The heading above the first of a group. */
  group?: string;
  content: ReactNode;
  disabled?: boolean;
}

interface ChoiceListProps {
  label: string;
  query: string;
  onQuery: (query: string) => void;
  choices: Choice[];
  /** What stands where nothing matches. */
  none: string;
  onChoose: (key: string) => void;
  autoFocus?: boolean;
  /** Keys that mean more in this list; true: done. */
  onKey?: (event: KeyboardEvent) => boolean;
  draggable?: (key: string, event: React.DragEvent) => void;
  maxHeight?: number | string;
}

export function ChoiceList(props: ChoiceListProps) {
  const { label, query, choices, onChoose, draggable } = props;
  const id = useId();
  const [active, setActive] = useState(0);
  const open = choices.filter(({ disabled }) => disabled !== true);
  const current = open[Math.min(active, open.length - 1)];

  const onKeyDown = (event: KeyboardEvent) => {
    if (props.onKey?.(event)) {
      event.preventDefault();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && open.length > 0) {
      event.preventDefault();
      const next =
        (Math.min(active, open.length - 1) + step + open.length) % open.length;
      setActive(next);
      const key = open[next]?.key ?? "";
      document.getElementById(`${id}-${key}`)?.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter" && current) {
      event.preventDefault();
      onChoose(current.key);
    }
  };

  return (
    <Box
      sx={{ display: "flex", flexDirection: "column", minHeight: 0, height: "100%" }}
    >
      <InputBase
        value={query}
        placeholder={label}
        autoFocus={props.autoFocus ?? false}
        onChange={({ target }) => {
          props.onQuery(target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        inputProps={{
          role: "combobox",
          "aria-label": label,
          "aria-expanded": true,
          "aria-controls": id,
          "aria-activedescendant": current ? `${id}-${current.key}` : undefined,
        }}
        sx={{
          px: 2.5,
          py: 0.5,
          m: 2,
          fontSize: 13,
          border: 1,
          borderColor: "divider",
          borderRadius: 1,
          bgcolor: "background.default",
        }}
      />
      <Box
        id={id}
        role="listbox"
        aria-label={label}
        tabIndex={-1}
        sx={{
          overflow: "auto",
          flex: 1,
          minHeight: 0,
          maxHeight: props.maxHeight,
          pb: 2,
        }}
      >
        {choices.length === 0 && (
          <Box
            role="option"
            aria-selected={false}
            aria-disabled
            sx={{ px: 4, py: 2, color: "text.secondary", fontSize: 13 }}
          >
            {props.none}
          </Box>
        )}
        {choices.map((choice, index) => (
          <Box key={choice.key} role="presentation">
            {choice.group !== undefined &&
              choice.group !== choices[index - 1]?.group && (
                <Box
                  role="presentation"
                  sx={{
                    px: 4,
                    pt: 3,
                    pb: 1,
                    fontSize: 11,
                    fontWeight: 600,
                    color: "text.secondary",
                  }}
                >
                  {choice.group}
                </Box>
              )}
            <Box
              id={`${id}-${choice.key}`}
              role="option"
              aria-selected={choice === current}
              aria-disabled={choice.disabled === true}
              data-choice={choice.key}
              draggable={draggable !== undefined && choice.disabled !== true}
              onDragStart={(event) => draggable?.(choice.key, event)}
              onMouseMove={() => {
                const at = open.indexOf(choice);
                if (at >= 0 && at !== active) setActive(at);
              }}
              onMouseDown={(event) => {
                // The focus stays in the field; what can be dragged must get the press.
                if (!draggable) event.preventDefault();
              }}
              onClick={() => {
                if (choice.disabled !== true) onChoose(choice.key);
              }}
              sx={{
                mx: 2,
                px: 2,
                py: 1.5,
                borderRadius: 1,
                fontSize: 13,
                cursor:
                  choice.disabled === true ? "default" : draggable ? "grab" : "pointer",
                // Dimmed by colour: words on a transparent ground cannot be read.
                ...(choice.disabled === true && { color: "text.secondary" }),
                ...(choice === current && { bgcolor: CHOSEN }),
              }}
            >
              {choice.content}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
