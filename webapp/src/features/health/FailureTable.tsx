/** Which nodes failed of late, why, and how often. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";

import type { FailureCount } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { DenseTable, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { AppLink } from "@/shared/ui/LinkButton";

const ROWS_AT_FIRST = 10;

export function FailureTable({ failures }: { failures: FailureCount[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? failures : failures.slice(0, ROWS_AT_FIRST);

  return (
    <>
      <DenseTable>
        <thead>
          <tr>
            <th scope="col">{t("history.route")}</th>
            <Box component="th" scope="col" sx={FROM_SM}>
              {t("task.step")}
            </Box>
            <th scope="col">{t("health.cause")}</th>
            <Box component="th" scope="col" sx={RIGHT}>
              {t("health.count")}
            </Box>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ route, node, code, count }) => (
            <tr key={`${route} ${node} ${code}`}>
              <th scope="row">
                <AppLink
                  to="/history"
                  search={{ route, status: "error" }}
                  color="textPrimary"
                  underline="hover"
                  sx={{ fontWeight: 600 }}
                >
                  {route}
                </AppLink>
              </th>
              <Box component="td" sx={{ ...FROM_SM, fontFamily: MONO, fontSize: 12 }}>
                {node}
              </Box>
              <Box
                component="td"
                sx={{ whiteSpace: "normal !important", py: "8px !important" }}
              >
                {t(`fault.${code}`, { defaultValue: code })}
              </Box>
              <Box component="td" sx={RIGHT}>
                {count}
              </Box>
            </tr>
          ))}
        </tbody>
      </DenseTable>
      {shown.length < failures.length && (
        <Button
          onClick={() => {
            setAll(true);
          }}
        >
          {t("result.more")} ({failures.length})
        </Button>
      )}
    </>
  );
}
