/** What can be added, as the rows of a list. */
import Box from "@mui/material/Box";
import { useMemo } from "react";

import { Tile } from "@/canvas/nodes/Tile";
import { endOf, entryOf, routeOf } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";

import { useKnownRoutes } from "../panel/knownRoutes";
import { useEdit } from "../store";
import type { Choice } from "./ChoiceList";
import { type PaletteItem, paletteItems, searched } from "./paletteItems";

export function usePaletteChoices(query: string): {
  choices: Choice[];
  itemOf: (key: string) => PaletteItem | undefined;
} {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const own = useEdit(({ document }) => routeOf(document));
  const hasEntry = useEdit(({ document }) => entryOf(document) !== undefined);
  const hasEnd = useEdit(({ document }) => endOf(document) !== undefined);

  return useMemo(() => {
    const items = paletteItems([...routes.values()], own).filter(
      ({ type }) => !(type === "entry" && hasEntry) && !(type === "end" && hasEnd),
    );
    const textOf = (item: PaletteItem) => ({
      label: item.isWord ? t(item.label) : item.label,
      summary: item.isWord ? t(item.summary) : item.summary,
    });
    const found = searched(items, query, textOf);
    return {
      choices: found.map((item) => ({
        key: item.key,
        group: t(`canvas.group.${item.group}`),
        content: <ItemRow item={item} {...textOf(item)} />,
      })),
      itemOf: (key) => items.find((item) => item.key === key),
    };
  }, [routes, own, hasEntry, hasEnd, query, t]);
}

interface ItemRowProps {
  item: PaletteItem;
  label: string;
  summary: string;
}

function ItemRow({ item, label, summary }: ItemRowProps) {
  const { t } = useTranslation();
  return (
    <Box sx={{ display: "flex", gap: 2.5, alignItems: "center" }}>
      <Box sx={{ position: "relative", display: "flex" }}>
        {/* A pipeline is a pile of steps. */}
        {item.group === "pipelines" && (
          <Box
            sx={{
              position: "absolute",
              inset: "-3px -3px 3px 3px",
              border: "1px solid",
              borderColor: "divider",
              borderRadius: 1,
            }}
          />
        )}
        <Box sx={{ position: "relative", display: "flex" }}>
          <Tile type={item.type} size={26} />
        </Box>
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <Box
          sx={{
            fontWeight: 600,
            fontSize: 13,
            lineHeight: 1.3,
            overflowWrap: "anywhere",
            ...(!item.isWord && { fontFamily: MONO, fontSize: 12 }),
          }}
        >
          {label}
        </Box>
        <Box
          lang={item.isWord ? undefined : "en"}
          sx={{
            fontSize: 11.5,
            lineHeight: 1.35,
            color: "text.secondary",
            display: "-webkit-box",
            WebkitLineClamp: 2,
            WebkitBoxOrient: "vertical",
            overflow: "hidden",
          }}
        >
          {item.missing.length > 0
            ? t("canvas.not_running", { services: item.missing.join(", ") })
            : summary}
        </Box>
      </Box>
    </Box>
  );
}
