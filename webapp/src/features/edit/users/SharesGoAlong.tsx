/** With which spaces the route that gets another name is shared. */
import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { ownsSpace } from "@/shared/rights";
import { useAbout } from "@/shared/useAbout";
import { useSpaceNames } from "@/shared/useSpaceNames";

import { sharesOf } from "../calls";
import type { Share } from "./useRerouting";

const NONE: Share[] = [];

/** Without a route, and where there are no accounts, there are none. */
export function useShares(route: string | undefined): {
  data: Share[] | undefined;
  error: Error | null;
} {
  const about = useAbout();
  const isAsked = route !== undefined && about !== undefined && about.auth !== "off";
  const { data, error } = useQuery({
    queryKey: ["shares", route],
    queryFn: async ({ signal }) => {
      const { space } = await engine.route(route ?? "", signal);
      const isMine = about !== undefined && ownsSpace(about, space ?? "");
      const shared = await sharesOf(route ?? "", signal);
      return Object.entries(shared).map(([to, may]) => ({ space: to, may, isMine }));
    },
    enabled: isAsked,
  });
  if (about !== undefined && !isAsked) return { data: NONE, error: null };
  return { data, error };
}

interface SharesGoAlongProps {
  shares: Share[];
  aside: (share: Share) => ReactNode;
}

export function SharesGoAlong({ shares, aside }: SharesGoAlongProps) {
  const { t } = useTranslation();
  const nameOf = useSpaceNames(shares.length > 0);
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {shares.map((share) => (
        <Box
          component="li"
          key={share.space}
          sx={{ display: "flex", columnGap: 3, py: 1.5, alignItems: "baseline" }}
        >
          <Box component="span" sx={{ flex: 1 }}>
            {t(`edit.reroute.shared_${share.may}`, { space: nameOf(share.space) })}
          </Box>
          {aside(share)}
        </Box>
      ))}
    </Box>
  );
}
