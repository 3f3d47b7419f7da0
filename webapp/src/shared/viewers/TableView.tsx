/** A list of objects as a table. */
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableContainer from "@mui/material/TableContainer";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";

import type { Json, JsonObject } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";

const ROWS_AT_FIRST = 50;

interface TableViewProps {
  columns: string[];
  rows: JsonObject[];
}

export function TableView({ columns, rows }: TableViewProps) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, ROWS_AT_FIRST);

  return (
    <>
      <TableContainer
        tabIndex={0}
        sx={{
          border: 1,
          borderColor: "divider",
          borderRadius: 1,
          bgcolor: "background.paper",
          "& th": { color: "text.secondary", fontSize: 12, fontWeight: 600 },
          "& tbody tr:last-child td": { border: 0 },
        }}
      >
        <Table size="small">
          <TableHead>
            <TableRow>
              {columns.map((column) => (
                <TableCell key={column}>{column}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {shown.map((row, index) => (
              <TableRow key={index}>
                {columns.map((column) => (
                  <TableCell key={column}>{cellOf(row[column])}</TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {shown.length < rows.length && (
        <Button
          onClick={() => {
            setAll(true);
          }}
        >
          {t("result.more")} ({rows.length})
        </Button>
      )}
    </>
  );
}

function cellOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
