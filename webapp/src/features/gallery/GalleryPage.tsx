/** What can be done here: a card for each pipeline, and the services below. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";
import { ChipChoice } from "@/shared/ui/ChipChoice";
import { FoundPipelines } from "@/shared/ui/FoundPipelines";
import { Page } from "@/shared/ui/Page";
import { TextInput } from "@/shared/ui/TextInput";
import { useMayEdit } from "@/shared/useAbout";
import { useSpaceNames } from "@/shared/useSpaceNames";

import { Block } from "./Block";
import { Card } from "./Card";
import { ExportButton } from "./ExportButton";
import { found, inState, LENT, spacesIn, type State, STATES, tagsOf } from "./search";
import { useSteps } from "./useSteps";

const REFRESH_MS = 10_000;

// On a phone it scrolls within the page: else it would be as wide as all its chips.
const CHOICE_ROW = { flexBasis: "100%", minWidth: 0, mt: 2 };

export function GalleryPage() {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const [query, setQuery] = useState("");
  const [tag, setTag] = useState<string>();
  const [space, setSpace] = useState<string>();
  const [state, setState] = useState<State>();

  const routes = useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => engine.routes(signal),
    refetchInterval: REFRESH_MS,
  });

  const stats = useQuery({
    queryKey: ["stats"],
    queryFn: ({ signal }) => engine.stats(signal),
    refetchInterval: REFRESH_MS,
  });

  const steps = useSteps(query);

  const all = routes.data ?? [];
  // What can be run comes first.
  const spaces = spacesIn(all);
  const nameOf = useSpaceNames(spaces.length > 0);
  // One that has nothing any more is not chosen any more.
  const chosen = spaces.find((one) => one === space);
  const sought = found(all, { query, tag, space: chosen });
  const matching = (
    state ? inState(sought, state, stats.data?.by_route ?? {}) : sought
  ).toSorted((one, other) => Number(other.alive) - Number(one.alive));
  const pipelines = matching.filter((route) => route.type === "pipeline");
  const services = matching.filter((route) => route.type === "service");

  return (
    <Page
      title={t("gallery.title")}
      aside={
        mayEdit && (
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
            <ExportButton routes={pipelines.map(({ route }) => route)} />
            <LinkButton to="/edit" variant="outlined">
              {t("editor.new")}
            </LinkButton>
          </Box>
        )
      }
    >
      <Box
        role="search"
        hidden={routes.isSuccess && all.length === 0}
        sx={{
          display: "flex",
          flexWrap: "wrap",
          gap: 2,
          alignItems: "center",
          mb: 8,
          "&[hidden]": { display: "none" },
        }}
      >
        <TextInput
          id="search"
          type="search"
          label={t("gallery.search")}
          value={query}
          onChange={setQuery}
          sx={{ width: { xs: "100%", sm: 280 }, mr: { sm: 2 } }}
        />
        {tagsOf(all).map((name) => (
          <Chip
            key={name}
            label={name}
            variant={name === tag ? "filled" : "outlined"}
            color={name === tag ? "primary" : "default"}
            aria-pressed={name === tag}
            onClick={() => {
              setTag(name === tag ? undefined : name);
            }}
          />
        ))}
        {spaces.length > 0 && (
          <Box sx={CHOICE_ROW}>
            <ChipChoice
              label={t("history.space")}
              choices={spaces.map((one) => [
                one,
                one === LENT ? t("gallery.lent") : nameOf(one),
              ])}
              any={t("history.any_space")}
              chosen={chosen ?? ""}
              onChoose={setSpace}
            />
          </Box>
        )}
        {mayEdit && (
          <Box sx={CHOICE_ROW}>
            <ChipChoice
              label={t("gallery.which")}
              choices={STATES.map((one) => [
                one,
                t(`gallery.which_${one}`, { days: stats.data?.days ?? 0 }),
              ])}
              any={t("gallery.which_any")}
              chosen={state ?? ""}
              onChoose={(one) => {
                setState(STATES.find((known) => known === one));
              }}
            />
          </Box>
        )}
      </Box>

      {routes.isPending && <LinearProgress aria-label={t("loading")} />}
      {routes.error && <Failure error={routes.error} />}
      {routes.isSuccess && all.length === 0 && (
        <Alert severity="info">
          {t("gallery.empty")} {t("gallery.empty_remedy")}
        </Alert>
      )}
      {all.length > 0 && matching.length === 0 && !steps?.total && (
        <Typography color="textSecondary">
          {t(query === "" ? "gallery.none_chosen" : "gallery.none", { query })}
        </Typography>
      )}

      {pipelines.length > 0 && (
        <Section title={t("gallery.ready")} smallest={300}>
          {pipelines.map((route) => (
            <Card
              key={route.route}
              route={route}
              runs={stats.data?.by_route[route.route]?.calls ?? 0}
              days={stats.data?.days ?? 0}
              spaceName={spaces.length > 0 ? nameOf : undefined}
            />
          ))}
        </Section>
      )}
      {services.length > 0 && (
        <Section title={t("gallery.blocks")} smallest={220}>
          {services.map((route) => (
            <Block key={route.route} route={route} />
          ))}
        </Section>
      )}
      {steps !== undefined && steps.total > 0 && (
        <Box component="section" sx={{ mb: 10, maxWidth: 800 }}>
          <Typography variant="h2" sx={{ mb: 3 }}>
            {t("used.steps")}
          </Typography>
          <FoundPipelines found={steps} withTargets />
        </Box>
      )}
    </Page>
  );
}

interface SectionProps {
  title: string;
  /** Pixels: as many columns as have it. */
  smallest: number;
  children: React.ReactNode;
}

function Section({ title, smallest, children }: SectionProps) {
  return (
    <Box component="section" sx={{ mb: 10 }}>
      <Typography variant="h2" sx={{ mb: 3 }}>
        {title}
      </Typography>
      <Box
        sx={{
          display: "grid",
          gap: 4,
          gridTemplateColumns: `repeat(auto-fill, minmax(min(100%, ${String(smallest)}px), 1fr))`,
        }}
      >
        {children}
      </Box>
    </Box>
  );
}
