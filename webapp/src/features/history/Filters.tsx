/** Which tasks are listed: of which route, how they are, how old they may be. */
import Box from "@mui/material/Box";

import { useTranslation } from "@/shared/i18n";
import { spacesOf } from "@/shared/rights";
import { ChipChoice } from "@/shared/ui/ChipChoice";
import { useAbout } from "@/shared/useAbout";
import { useSpaceNames } from "@/shared/useSpaceNames";

import { AGES } from "./ages";
import { RouteFilter } from "./RouteFilter";

const STATUSES = ["running", "finished", "error", "cancelled"] as const;

/** Whether an address says a status that tasks can have. */
export function isStatus(text: string): text is (typeof STATUSES)[number] {
  return STATUSES.some((status) => status === text);
}

/** What is to be changed of the filters; an empty value takes one away. */
export type Filter = Partial<Record<"route" | "status" | "age" | "space", string>>;

interface FiltersProps {
  route: string;
  status: string;
  age: string;
  space: string;
  onChange: (change: Filter) => void;
}

export function Filters({ route, status, age, space, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const about = useAbout();
  const spaces = about ? spacesOf(about) : [];
  const nameOf = useSpaceNames(spaces.length > 1);
  return (
    <Box
      role="search"
      aria-label={t("history.filters")}
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: 6,
        rowGap: 3,
        alignItems: "center",
        mb: 4,
      }}
    >
      <RouteFilter
        route={route}
        onChange={(chosen) => {
          onChange({ route: chosen });
        }}
      />
      <ChipChoice
        label={t("history.status")}
        choices={STATUSES.map((one) => [one, t(`status.${one}`)])}
        any={t("history.any")}
        chosen={status}
        onChoose={(chosen) => {
          onChange({ status: chosen });
        }}
      />
      <ChipChoice
        label={t("history.age")}
        choices={Object.keys(AGES).map((one) => [one, t(`history.age_${one}`)])}
        any={t("history.any_age")}
        chosen={age}
        onChoose={(chosen) => {
          onChange({ age: chosen });
        }}
      />
      {spaces.length > 1 && (
        <ChipChoice
          label={t("history.space")}
          choices={spaces.map((one) => [one, nameOf(one)])}
          any={t("history.any_space")}
          chosen={space}
          onChoose={(chosen) => {
            onChange({ space: chosen });
          }}
        />
      )}
    </Box>
  );
}
