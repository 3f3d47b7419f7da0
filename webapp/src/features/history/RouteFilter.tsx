/** Which route the tasks are of; the routes are asked for when one is wanted. */
import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";

interface RouteFilterProps {
  route: string;
  onChange: (route: string) => void;
}

export function RouteFilter({ route, onChange }: RouteFilterProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const routes = useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => engine.routes(signal),
    enabled: open,
  });

  return (
    <Autocomplete
      // Tasks of routes that were removed are kept too.
      freeSolo
      size="small"
      options={(routes.data ?? []).map((one) => one.route)}
      value={route}
      onOpen={() => {
        setOpen(true);
      }}
      onChange={(_, chosen) => {
        onChange(chosen ?? "");
      }}
      sx={{ width: { xs: "100%", sm: 260 } }}
      renderInput={(params) => <TextField {...params} label={t("history.route")} />}
    />
  );
}
