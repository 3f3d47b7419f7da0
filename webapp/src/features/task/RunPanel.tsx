/** One run: why it failed or waits, what went in and out, its attempts. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";

import { Tile } from "@/canvas/nodes/Tile";
import type { PipelineNode } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { AppLink } from "@/shared/ui/LinkButton";
import { StatusChip } from "@/shared/ui/StatusChip";
import { Words } from "@/shared/ui/Words";

import { Attempts } from "./Attempts";
import { ChildTask } from "./ChildTask";
import { FailedItem } from "./FailedItem";
import { ItemGrid } from "./ItemGrid";
import { Part } from "./Part";
import { Trouble } from "./Trouble";
import type { Placed } from "./useTaskRuns";
import { Values } from "./Values";

interface RunPanelProps {
  task: string;
  /** Of the task. */
  route: string;
  /** The task whose results this one took over. */
  continues: string | undefined;
  node: PipelineNode;
  placed: Placed | undefined;
  /** What the runs are is not known yet. */
  isLoading: boolean;
  running: boolean;
  now: number;
  /** The moment of the cursor; undefined: the present. */
  at: number | undefined;
  /** The path of the item that is chosen. */
  item: string;
  /** The page says already why this run failed. */
  saidAbove: boolean;
  onItem: (path: string, node?: string) => void;
}

export function RunPanel(props: RunPanelProps) {
  const { task, route, continues, node, placed, running, now, at, item } = props;
  const { isLoading, saidAbove, onItem } = props;
  const { t, i18n } = useTranslation();
  const run = placed?.run;
  const items = placed?.latest.items;

  return (
    <Paper component="section" aria-label={node.id} sx={{ p: 4, borderRadius: 1.5 }}>
      <Box sx={{ display: "flex", gap: 3, alignItems: "center" }}>
        <Tile type={node.type} />
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" sx={{ overflowWrap: "anywhere" }}>
            {node.id}
          </Typography>
          {node.service && (
            <Typography
              variant="caption"
              color="textSecondary"
              sx={{ fontFamily: MONO }}
            >
              {node.service}
            </Typography>
          )}
        </Box>
        {run && <StatusChip status={run.status} kept={run.reused === true} />}
      </Box>
      {node.description && (
        <Typography lang="en" color="textSecondary" sx={{ mt: 2 }}>
          <Words text={node.description} />
        </Typography>
      )}

      {run?.reused && continues && (
        <Typography color="textSecondary" sx={{ mt: 2 }}>
          {t("task.kept_from")}{" "}
          <AppLink
            to="/task/$task"
            params={{ task: continues }}
            search={{ node: node.id }}
          >
            {t("task.kept_task")}
          </AppLink>
        </Typography>
      )}
      {run && (
        <Trouble run={run} route={route} node={node} now={now} saidAbove={saidAbove} />
      )}
      {!placed && isLoading && (
        <LinearProgress aria-label={t("loading")} sx={{ mt: 4 }} />
      )}
      {!placed && !isLoading && (
        <Typography color="textSecondary" sx={{ mt: 4 }}>
          {t("task.choose_item")}
        </Typography>
      )}
      {run?.called_task && <ChildTask task={run.called_task} />}
      {placed && items && items.total > 0 && run?.status !== "pending" && (
        <Part
          title={
            at === undefined
              ? t("task.items", {
                  done: items.done.toLocaleString(i18n.language),
                  total: items.total.toLocaleString(i18n.language),
                })
              : t("task.items_then", {
                  total: items.total.toLocaleString(i18n.language),
                })
          }
        >
          {!saidAbove && (
            <FailedItem
              task={task}
              place={{ path: placed.path, node: node.id }}
              message={run?.fault?.message ?? ""}
              onOpen={onItem}
            />
          )}
          <ItemGrid
            key={`${placed.path} ${node.id}`}
            task={task}
            path={placed.path}
            node={node.id}
            total={items.total}
            running={running}
            at={at}
            chosen={item}
            onChoose={onItem}
          />
        </Part>
      )}
      {placed && run?.started_at != null && (
        <Values
          key={`${placed.path} ${node.id}`}
          task={task}
          node={node}
          placed={placed}
          running={running}
        />
      )}
      {run && run.attempts.length > 0 && (
        <Part title={t("task.attempts")}>
          <Attempts attempts={run.attempts} now={at ?? now} />
        </Part>
      )}
    </Paper>
  );
}
