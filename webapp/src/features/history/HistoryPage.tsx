/** The tasks that are kept, newest first. The address has the filters. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { engine } from "@/shared/api/client";
import type { TaskLine } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";

import { sinceOf } from "./ages";
import { withPage, withTask } from "./chosen";
import { ChosenTasks } from "./ChosenTasks";
import { type Filter, Filters, isStatus } from "./Filters";
import { NoTasks } from "./NoTasks";
import { TaskTable } from "./TaskTable";
import { useActing } from "./useActing";

const page = getRouteApi("/history");
const POLL_MS = 3000;
const ROWS = 50;

export function HistoryPage() {
  const { t } = useTranslation();
  const search = page.useSearch();
  const { route = "", status = "", age = "", space = "", cursor = "" } = search;
  const navigate = page.useNavigate();
  // Tasks that are chosen need not be on one page, nor pass the same filter.
  const [chosen, setChosen] = useState<TaskLine[]>([]);
  const acting = useActing(setChosen);

  const filter = withoutEmpty({ route, status, age, space });
  const tasks = useQuery({
    queryKey: ["tasks", route, status, age, space, cursor],
    queryFn: ({ signal }) => {
      const since = sinceOf(age, Date.now());
      const query = {
        ...(route && { route }),
        ...(isStatus(status) && { status: [status] }),
        ...(since && { since }),
        ...(space && { space }),
        ...(cursor && { cursor }),
        limit: ROWS,
      };
      return engine.tasks(query, signal);
    },
    // Not while nobody looks: Query stops in a hidden window.
    refetchInterval: POLL_MS,
    placeholderData: keepPreviousData,
  });

  const narrow = (change: Filter) => {
    void navigate({ search: withoutEmpty({ ...filter, ...change }), replace: true });
  };

  return (
    <Page title={t("history.title")} width={1180}>
      <Filters
        route={route}
        status={status}
        age={age}
        space={space}
        onChange={narrow}
      />
      {tasks.error && (
        <Box sx={{ mb: 4 }}>
          <Failure error={tasks.error} />
        </Box>
      )}
      {tasks.isPending && <LinearProgress aria-label={t("loading")} />}
      {tasks.data &&
        (tasks.data.items.length === 0 ? (
          <NoTasks filtered={Object.keys(filter).length > 0} />
        ) : (
          <TaskTable
            tasks={tasks.data.items}
            chosen={new Set(chosen.map(({ id }) => id))}
            onChoose={(task) => {
              acting.forget();
              setChosen(withTask(chosen, task));
            }}
            onChoosePage={() => {
              acting.forget();
              setChosen(withPage(chosen, tasks.data.items));
            }}
            resumed={acting.resumed}
          />
        ))}

      <Box sx={{ display: "flex", gap: 2, mt: 4 }}>
        {cursor && (
          <LinkButton to="/history" search={filter} variant="outlined">
            {t("history.newer")}
          </LinkButton>
        )}
        {tasks.data?.next && (
          <LinkButton
            to="/history"
            search={{ ...filter, cursor: tasks.data.next }}
            variant="outlined"
          >
            {t("history.more")}
          </LinkButton>
        )}
      </Box>
      <ChosenTasks
        tasks={chosen}
        acting={acting}
        onNone={() => {
          acting.forget();
          setChosen([]);
        }}
      />
    </Page>
  );
}

/** The values that say something: an address has no empty ones. */
function withoutEmpty(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}
