/** A line to add somebody by name: with a role, or to a list. */
import Box from "@mui/material/Box";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { TextInput } from "@/shared/ui/TextInput";

interface AddByNameProps {
  label: string;
  send: (name: string) => Promise<unknown>;
  onDone: () => void;
  /** More fields, between the name and the button. */
  children?: ReactNode;
}

export function AddByName({ label, send, onDone, children }: AddByNameProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const adding = useMutation({
    mutationFn: () => send(name.trim()),
    onSuccess: () => {
      setName("");
      onDone();
    },
  });
  return (
    <Box sx={{ display: "grid", gap: 3, mb: 3 }}>
      <Box
        component="form"
        // A label sticks out of its field: rows need more room than columns.
        sx={{
          display: "flex",
          flexWrap: "wrap",
          columnGap: 2,
          rowGap: 3,
          alignItems: "center",
        }}
        onSubmit={(event) => {
          event.preventDefault();
          adding.mutate();
        }}
      >
        <TextInput
          id="add-name"
          label={label}
          value={name}
          attributes={{
            required: true,
            maxLength: 100,
            autoComplete: "off",
            autoCapitalize: "none",
            spellCheck: false,
          }}
          sx={{ width: { xs: "100%", sm: 260 } }}
          onChange={setName}
        />
        {children}
        <BusyButton type="submit" variant="outlined" isBusy={adding.isPending}>
          {t("admin.add")}
        </BusyButton>
      </Box>
      {adding.error && <Failure error={adding.error} />}
    </Box>
  );
}
