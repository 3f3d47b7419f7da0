/** What went in and out of a run, and what its code printed. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { engine, Unreachable } from "@/shared/api/client";
import type { PipelineNode, Section } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { Failure } from "@/shared/ui/Faults";
import { ValueView } from "@/shared/viewers/ValueView";

import { Part } from "./Part";
import type { Placed } from "./useTaskRuns";

const SECTIONS: [Section, string][] = [
  ["out", "task.output"],
  ["input", "task.input"],
  ["item", "task.item"],
  ["params", "task.params"],
];

interface ValuesProps {
  task: string;
  node: PipelineNode;
  placed: Placed;
  running: boolean;
}

export function Values({ task, node, placed, running }: ValuesProps) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState<Section[]>([]);
  const place = { path: placed.path, node: node.id };
  const { status, round } = placed.latest;
  const values = useQuery({
    // Of a run that has changed the values are others too.
    queryKey: ["task", task, "run", place, whole, status, round],
    queryFn: ({ signal }) => engine.run(task, place, whole, signal),
    placeholderData: keepPreviousData,
    staleTime: running ? 0 : Infinity,
  });

  if (values.error && !(values.error instanceof Unreachable)) {
    return (
      <Box sx={{ mt: 4 }}>
        <Failure error={values.error} />
      </Box>
    );
  }
  if (!values.data) return <LinearProgress aria-label={t("loading")} sx={{ mt: 4 }} />;

  const data = values.data;
  // At a moment of the past what came out later is not there yet.
  const isOpen = placed.run.ended_at === null;
  const hidden = isOpen && placed.latest.ended_at !== null;
  const printed = hidden ? "" : data.printed;
  return (
    <>
      {printed && (
        <Part title={t("task.printed")}>
          <Box
            component="pre"
            tabIndex={0}
            sx={{
              fontFamily: MONO,
              fontSize: 12,
              m: 0,
              maxHeight: 240,
              overflow: "auto",
              whiteSpace: "pre-wrap",
              overflowWrap: "anywhere",
            }}
          >
            {printed}
          </Box>
        </Part>
      )}
      {SECTIONS.filter(([section]) => section === "out" || data[section] !== null).map(
        ([section, word]) => (
          <Part key={section} title={t(word)}>
            <ValueView
              value={section === "out" && hidden ? null : (data[section] ?? null)}
              open={isOpen}
              onWhole={() => {
                setWhole([...whole, section]);
              }}
            />
          </Part>
        ),
      )}
    </>
  );
}
