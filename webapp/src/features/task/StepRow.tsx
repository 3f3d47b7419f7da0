/** One step in the table: drawn again only when something of it has changed. */
import { memo, useMemo } from "react";

import { Tile } from "@/canvas/nodes/Tile";
import { timeDrag } from "@/canvas/time/timeDrag";
import { partsOf } from "@/pipeline/timeline";
import type { PipelineNode, RunLine } from "@/shared/api/types";
import { duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { StatusChip } from "@/shared/ui/StatusChip";

import { Parts } from "./Bar";

interface StepRowProps {
  node: PipelineNode;
  /** How many loops it is in. */
  depth: number;
  /** As it is shown, at the moment of the cursor. */
  status: string | undefined;
  startedAt: string | null;
  endedAt: string | null;
  kept: boolean;
  latest: RunLine | undefined;
  /** When its delay began. */
  ledAt: number | undefined;
  /** The time of the task, in milliseconds since 1970. */
  from: number;
  to: number;
  now: number;
  /** The moment of the cursor, or now. */
  seenAt: number;
  critical: boolean;
  chosen: boolean;
  onSelect: (node: string) => void;
  onMove: (at: number | undefined) => void;
}

export const StepRow = memo(function StepRow(props: StepRowProps) {
  const { node, depth, status, startedAt, endedAt, kept, latest, ledAt, critical } =
    props;
  const { from, to, now, seenAt, chosen, onSelect, onMove } = props;
  const { i18n } = useTranslation();
  const whole = useMemo(() => ({ from, to }), [from, to]);
  const parts = useMemo(
    () => (latest ? partsOf(latest, whole, now, ledAt) : []),
    [latest, ledAt, now, whole],
  );

  return (
    <tr className={chosen ? "chosen" : ""}>
      <th scope="row" style={{ paddingLeft: 6 + depth * 20 }}>
        <button
          type="button"
          className="step"
          aria-pressed={chosen}
          onClick={() => {
            onSelect(node.id);
          }}
        >
          <Tile type={node.type} size={22} />
          <span>{node.id}</span>
        </button>
      </th>
      <td>
        {status !== undefined && <StatusChip status={status} kept={kept} short />}
      </td>
      <td className="took">
        {startedAt !== null &&
          duration(secondsBetween(startedAt, endedAt, seenAt), i18n.language)}
      </td>
      <td>
        <div
          aria-hidden
          className={critical ? "bar bold" : "bar"}
          {...timeDrag(whole, onMove)}
        >
          <Parts parts={parts} />
        </div>
      </td>
    </tr>
  );
});
