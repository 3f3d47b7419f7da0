/** Routes, how they did of late, and of a service who offers it. */
import Box from "@mui/material/Box";
import { Fragment, useMemo, useState } from "react";

import type { Figures, Route } from "@/shared/api/types";
import { duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { toneColor } from "@/shared/theme";
import { DenseTable, FROM_MD, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { AppLink } from "@/shared/ui/LinkButton";
import { StatusIcon } from "@/shared/ui/StatusChip";
import { UsedBy } from "@/shared/ui/UsedBy";
import { TintedRow } from "@/shared/ui/TintedRow";
import { useChanged } from "@/shared/useChanged";
import { useNow } from "@/shared/useNow";

import { Instances, Unfold } from "./Instances";
import { type Column, type Line, sorted } from "./sorting";

const COLUMNS = 6;
const COLUMNS_OF_SERVICES = 8;

interface RouteTableProps {
  routes: Route[];
  figures: Record<string, Figures>;
}

export function RouteTable({ routes, figures }: RouteTableProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string>();
  const [by, setBy] = useState<Column>();
  const now = useNow(true);
  const services = routes[0]?.type === "service";
  const known = useMemo(
    () =>
      sorted(
        routes.map((route) => ({ route, figures: figures[route.route] })),
        by,
      ),
    [by, figures, routes],
  );
  const changed = useChanged(known, marksOf);

  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("history.route")}</th>
          <th scope="col">{t("history.status")}</th>
          {services && (
            <>
              <Box component="th" scope="col" sx={{ ...RIGHT, ...FROM_SM }}>
                {t("health.offered_by")}
              </Box>
              <Box component="th" scope="col" sx={{ ...RIGHT, ...FROM_MD }}>
                {t("health.heard")}
              </Box>
            </>
          )}
          {COLUMNS_TO_SORT.map((column) => (
            <Box
              key={column}
              component="th"
              scope="col"
              aria-sort={by === column ? "descending" : "none"}
              sx={column === "p50" || column === "p95" ? TIMES : RIGHT}
            >
              <SortButton
                isChosen={by === column}
                onClick={() => {
                  setBy(by === column ? undefined : column);
                }}
              >
                {t(headOf(column, services))}
              </SortButton>
            </Box>
          ))}
        </tr>
      </thead>
      <tbody>
        {known.map((line) => {
          const { route } = line.route;
          const isOpen = route === open;
          return (
            <Fragment key={route}>
              <TintedRow changed={changed.has(route)} mark={markOf(line)}>
                <Cells
                  line={line}
                  now={now}
                  open={isOpen}
                  onUnfold={() => {
                    setOpen(isOpen ? undefined : route);
                  }}
                />
              </TintedRow>
              {isOpen && (
                <tr>
                  <td colSpan={services ? COLUMNS_OF_SERVICES : COLUMNS}>
                    <Instances route={route} />
                    <Box sx={{ pl: 6, pb: 3, whiteSpace: "normal" }}>
                      <UsedBy route={route} />
                    </Box>
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </DenseTable>
  );
}

const COLUMNS_TO_SORT = ["calls", "failed", "p50", "p95"] as const;
const TIMES = { ...RIGHT, ...FROM_SM };

function headOf(column: Column, areServices: boolean): string {
  if (column === "calls") return areServices ? "health.calls" : "health.runs";
  if (column === "failed") return "status.failed";
  return column === "p50" ? "health.usual" : "health.slow";
}

interface SortButtonProps {
  isChosen: boolean;
  onClick: () => void;
  children: string;
}

/** Puts what is largest in a column first, or all in the order of their names again. */
function SortButton({ isChosen, onClick, children }: SortButtonProps) {
  return (
    <Box
      component="button"
      type="button"
      onClick={onClick}
      sx={{
        font: "inherit",
        color: isChosen ? "text.primary" : "inherit",
        background: "none",
        border: 0,
        p: 0,
        minHeight: 24,
        cursor: "pointer",
        "&:hover": { color: "text.primary" },
      }}
    >
      {children}
      <Box component="span" aria-hidden>
        {isChosen ? " ↓" : ""}
      </Box>
    </Box>
  );
}

/** What of a line lights up when it changes: not when it was heard, which it always is. */
function markOf({ route, figures }: Line): string {
  return [route.alive, route.offered_by, figures?.calls, figures?.failed].join(" ");
}

function marksOf(lines: Line[]): Map<string, string> {
  return new Map(lines.map((line) => [line.route.route, markOf(line)]));
}

interface CellsProps {
  line: Line;
  now: number;
  open: boolean;
  onUnfold: () => void;
}

function Cells({ line, now, open, onUnfold }: CellsProps) {
  const { t, i18n } = useTranslation();
  const { route, figures } = line;
  const services = route.type === "service";
  const seconds = (value: number | null | undefined) =>
    value == null ? "" : duration(value, i18n.language);

  return (
    <>
      <th scope="row">
        <Box sx={{ display: "flex", alignItems: "center", ml: -1.5 }}>
          {services && <Unfold route={route.route} open={open} onClick={onUnfold} />}
          <AppLink
            // A service has hardly any tasks of its own: its page says who calls it.
            {...(services
              ? { to: "/run/$route", params: { route: route.route } }
              : { to: "/history", search: { route: route.route } })}
            underline="hover"
            color="textPrimary"
            sx={{
              fontWeight: 600,
              ml: services ? 1 : 1.5,
              overflow: "hidden",
              textOverflow: "ellipsis",
              maxWidth: { xs: 150, sm: "none" },
            }}
          >
            {route.route}
          </AppLink>
        </Box>
      </th>
      <td>
        <Alive route={route} />
      </td>
      {services && (
        <>
          <Box component="td" sx={{ ...RIGHT, ...FROM_SM }}>
            {route.offered_by ?? ""}
          </Box>
          <Box component="td" sx={{ ...RIGHT, ...FROM_MD }}>
            {route.heard_at &&
              t("time.ago", {
                time: duration(
                  secondsBetween(route.heard_at, null, now),
                  i18n.language,
                ),
              })}
          </Box>
        </>
      )}
      <Box component="td" sx={RIGHT}>
        {figures?.calls ?? ""}
      </Box>
      <Box
        component="td"
        sx={{ ...RIGHT, color: figures?.failed ? toneColor("failed") : "inherit" }}
      >
        {figures ? figures.failed : ""}
      </Box>
      <Box component="td" sx={{ ...RIGHT, ...FROM_SM }}>
        {seconds(figures?.p50)}
      </Box>
      <Box component="td" sx={{ ...RIGHT, ...FROM_SM }}>
        {seconds(figures?.p95)}
      </Box>
    </>
  );
}

/** Still there for those who do not see the icon. */
const ICON_ON_PHONES = {
  position: { xs: "absolute", sm: "static" },
  clipPath: { xs: "inset(50%)", sm: "none" },
};

function Alive({ route }: { route: Route }) {
  const { t } = useTranslation();
  const tone = route.alive ? "ok" : "waiting";
  // A service that is missing needs nothing but itself.
  const needed = route.missing.filter((service) => service !== route.route);
  return (
    <Box component="span" sx={{ color: toneColor(tone), fontWeight: 600 }}>
      <StatusIcon tone={tone} />{" "}
      <Box component="span" sx={ICON_ON_PHONES}>
        {t(route.alive ? "health.alive" : "health.away")}
      </Box>
      {needed.length > 0 && (
        <Box
          component="span"
          sx={{ ml: 2, fontWeight: 400, display: { xs: "none", md: "inline" } }}
        >
          {t("health.needs", { services: needed.join(", ") })}
        </Box>
      )}
    </Box>
  );
}
