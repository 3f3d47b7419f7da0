/** Which role somebody has. */
import { useTranslation } from "@/shared/i18n";
import { ChoiceInput } from "@/shared/ui/TextInput";

import { type Role, ROLES } from "./calls";

interface RoleInputProps<Value extends Role | ""> {
  id: string;
  label: string;
  value: Value;
  /** Whether there may be none. */
  none?: string;
  onChange: (role: Value) => void;
}

export function RoleInput<Value extends Role | "">(props: RoleInputProps<Value>) {
  const { id, label, value, none, onChange } = props;
  const { t } = useTranslation();
  const roles = ROLES.map((role) => [role, t(`admin.role_${role}`)] as const);
  return (
    <ChoiceInput
      id={id}
      label={label}
      value={value}
      options={none === undefined ? roles : [["", none], ...roles]}
      sx={{ minWidth: 130 }}
      onChange={(role) => {
        onChange(role as Value);
      }}
    />
  );
}
